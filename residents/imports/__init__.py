"""Spreadsheets of evenings and of people × dates, read into the plan."""
