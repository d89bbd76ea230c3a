"""The invented plan that a new portal opens with: content as data, and the functions that build and remove it."""
