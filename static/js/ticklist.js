/* The tick list: a quick search among the names, a count that follows the thumb, and no half-written line lost.
   Ticks are saved by htmx; without this script they are saved with the form. */
(() => {
  const form = () => document.querySelector("[data-ticklist]");
  const rows = () => [...form().querySelectorAll(".ticklist > li[data-pk]")];

  /* Search: what is on the page at once, the rest of the plan from the server */
  const plain = (text) => text.normalize("NFC").trim().toLocaleLowerCase("da").replace(/\s+/g, " ");
  const showSections = () => {
    for (const section of form().querySelectorAll("[data-tick-section]")) {
      section.hidden = !section.querySelector(".ticklist > li:not([hidden])");
    }
  };
  const filter = (field) => {
    const wanted = plain(field.value);
    for (const row of rows()) {
      if (!row.closest("#tick-found")) row.hidden = wanted !== "" && !row.dataset.key.includes(wanted);
    }
    showSections();
    const others = form().querySelector("[data-folded]");
    if (others && wanted !== "") others.open = true;
    if (wanted === "") document.getElementById("tick-found").replaceChildren();
  };
  document.addEventListener("input", (event) => {
    if (event.target.matches("[data-tick-filter]")) filter(event.target);
    if (event.target.matches("[data-guard]")) event.target.form.dataset.halfWritten = "yes";
  });

  /* Enter in a line of text: add or save, never the first button that happens to stand in the form */
  document.addEventListener("keydown", (event) => {
    const field = event.target;
    if (event.key !== "Enter" || event.isComposing || !field.matches("[data-ticklist] input")) return;
    event.preventDefault();
    if (field.matches("[data-tick-filter]")) field.blur();
    else if (field.closest("#walk-in")) field.closest("#walk-in").querySelector("[name='add']").click();
    else if (field.matches("[type='checkbox']")) field.click();
    else if (!field.matches("[type='radio']")) field.form.querySelector("[data-save]").click();
  });

  /* The count, before the server has answered */
  document.addEventListener("change", (event) => {
    if (!event.target.matches("[data-ticklist] input[name='present']")) return;
    const count = document.querySelector("#tick-count [data-ticks]");
    count.textContent = Math.max(0, Number(count.textContent) + (event.target.checked ? 1 : -1));
    const row = event.target.closest("li");
    if (row.closest("#tick-found")) {
      document.getElementById("tick-new").append(row); // stays when the search is emptied
      showSections();
    }
  });
  const isTick = (event) => event.detail.elt.matches?.("[data-ticklist] input[name='present']");
  document.addEventListener("htmx:afterRequest", (event) => {
    if (isTick(event)) event.detail.elt.closest("li").classList.toggle("is-unsaved", !event.detail.successful);
  });

  /* Somebody added at the door stands once on the list; heads that became names leave the heads without a name */
  document.addEventListener("htmx:oobAfterSwap", (event) => {
    const target = event.detail.target;
    if (target.id === "tick-new") {
      const fresh = target.lastElementChild;
      for (const row of rows()) if (row !== fresh && row.dataset.pk === fresh.dataset.pk) row.remove();
      showSections();
    }
    const now = document.getElementById("unnamed-now");
    if (now?.dataset.value !== undefined) {
      form().elements.unnamed.value = now.dataset.value;
      delete now.dataset.value;
    }
  });
  document.addEventListener("change", (event) => {
    if (!event.target.matches("[data-ticklist] [name='unnamed']")) return;
    form().querySelector(".keeptotal").toggleAttribute("data-without-total", !Number(event.target.value));
  });

  /* Searched in vain: the name is already typed */
  document.addEventListener("toggle", (event) => {
    if (!event.target.open || !event.target.closest("#walk-in")) return;
    const search = form().querySelector("[data-tick-filter]");
    const alias = form().elements["new-alias"];
    if (alias.value || !search.value || form().querySelector(".ticklist > li:not([hidden])")) return;
    alias.value = search.value;
    search.value = "";
    filter(search);
    form().elements["new-birth_year"].focus();
  }, true);

  /* A note that is written but not saved */
  document.addEventListener("submit", (event) => delete event.target.dataset.halfWritten);
  window.addEventListener("beforeunload", (event) => {
    if (form()?.dataset.halfWritten) event.preventDefault();
  });

  document.addEventListener("DOMContentLoaded", () => {
    const field = form()?.querySelector("[data-tick-filter]");
    if (field?.value) field.scrollIntoView({ block: "center" });
  });
})();
