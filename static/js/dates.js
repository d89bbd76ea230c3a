/* A calendar beside a date field. The field itself is text, so that it reads and shows dates as Danes write them, whatever
   language the browser speaks; the browser's own picker writes into it. Without this script one simply types. */
(() => {
  if (window.portalDates || !("showPicker" in HTMLInputElement.prototype)) return;
  window.portalDates = true;
  const danish = /^\s*(\d{1,2})[-./](\d{1,2})[-./](\d{4})\s*$/;
  const iso = (text) => {
    const parts = danish.exec(text);
    return parts ? `${parts[3]}-${parts[2].padStart(2, "0")}-${parts[1].padStart(2, "0")}` : "";
  };

  const enhance = (field) => {
    if (field.dataset.ready || field.disabled || field.readOnly) return;
    field.dataset.ready = "yes";
    const line = document.createElement("div");
    line.className = "datefield";
    const picker = document.createElement("input");
    picker.type = "date";
    picker.tabIndex = -1;
    picker.setAttribute("aria-hidden", "true");
    picker.className = "datefield-picker";
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-ghost btn-icon datefield-button";
    button.setAttribute("aria-label", field.dataset.pickerLabel);
    const icon = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    icon.setAttribute("class", "icon");
    icon.setAttribute("aria-hidden", "true");
    const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
    use.setAttribute("href", field.dataset.pickerIcon);
    icon.append(use);
    button.append(icon);
    field.before(line);
    line.append(field, picker, button);
    button.addEventListener("click", () => {
      picker.value = iso(field.value);
      picker.showPicker();
    });
    picker.addEventListener("change", () => {
      field.value = picker.value.split("-").reverse().join("-");
      for (const kind of ["input", "change"]) field.dispatchEvent(new Event(kind, { bubbles: true }));
      field.focus();
    });
  };
  const enhanceAll = (root) => {
    for (const field of root.querySelectorAll("input[data-date-field]")) enhance(field);
  };

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", () => enhanceAll(document));
  else enhanceAll(document);
  document.addEventListener("htmx:load", (event) => enhanceAll(event.detail.elt));
})();
