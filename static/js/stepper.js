/* Minus and plus beside a number field. Without this script the field is a plain number field. */
(() => {
  const clamp = (field, value) => {
    const low = field.min === "" ? -Infinity : Number(field.min);
    const high = field.max === "" ? Infinity : Number(field.max);
    return Math.min(Math.max(value, low), high);
  };
  const step = (button) => {
    const field = button.closest("[data-stepper]").querySelector("input");
    const typed = Number.parseInt(field.value, 10);
    const usual = Number.parseInt(field.dataset.start || "0", 10);
    const by = Number(button.dataset.step);
    // an empty field starts from what is usual, so that the first tap is close
    const next = Number.isNaN(typed) ? (usual || Math.max(by, 0)) : typed + by;
    const value = String(clamp(field, next));
    if (value === field.value) return;
    field.value = value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.dispatchEvent(new Event("change", { bubbles: true }));
  };

  let held;
  const release = () => clearTimeout(held);
  const repeat = (button, wait) => {
    held = setTimeout(() => {
      step(button);
      repeat(button, 90);
    }, wait);
  };
  document.addEventListener("pointerdown", (event) => {
    const button = event.target.closest("[data-step]");
    if (button && event.button === 0) repeat(button, 450);
  });
  for (const end of ["pointerup", "pointercancel", "pointerleave", "contextmenu"]) document.addEventListener(end, release);
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-step]");
    if (button) step(button);
  });

  /* From three digits on they are written smaller, since the buttons take the room */
  const fit = (field) => {
    field.dataset.long = Math.min(field.value.length, 6);
  };
  document.addEventListener("input", (event) => {
    if (event.target.matches(".stepper-input")) fit(event.target);
  });

  const ready = (root) => {
    for (const field of root.querySelectorAll(".stepper-input")) fit(field);
    for (const button of root.querySelectorAll("[data-step][hidden]")) button.hidden = false;
  };
  document.addEventListener("DOMContentLoaded", () => ready(document));
  document.addEventListener("htmx:load", (event) => ready(event.target));
})();
