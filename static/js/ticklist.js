/* The tick list: a quick search among the names, somebody new at the door, a count that follows the thumb.
   Ticks are saved by htmx as they are tapped and kept while there is no connection (unsent.js); without this script they
   are saved with the form. */
(() => {
  const form = () => document.querySelector("[data-ticklist]");
  const rows = () => [...form().querySelectorAll(".ticklist > li[data-pk]")];
  const waiting = () => [...form().querySelectorAll(".tickwaits")];
  const tick = (row) => row.querySelector("[name='present']");
  const say = (template) => document.dispatchEvent(new CustomEvent("portal:say", { detail: template }));

  /* Search: what is on the page at once, the rest of the plan from the server --------------------------- */

  const plain = (text) => text.normalize("NFC").trim().toLocaleLowerCase("da").replace(/\s+/g, " ");
  const search = () => form().querySelector("[data-tick-filter]");
  const anybody = () => form().querySelector(".ticklist > li[data-pk]:not([hidden])");
  const showSections = () => {
    for (const section of form().querySelectorAll("[data-tick-section]")) {
      section.hidden = !section.querySelector(".ticklist > li:not([hidden])");
    }
  };
  const offer = (isOffline = false) => {
    const box = document.getElementById("tick-offer");
    const name = search().value.trim();
    box.hidden = name === "" || (Boolean(anybody()) && !isOffline);
    box.querySelector("[data-offline-search]").hidden = !isOffline;
    box.querySelector("[data-offer]").hidden = Boolean(anybody());
    box.querySelector("[data-offer-name]").textContent = name;
  };
  const filter = (field) => {
    const wanted = plain(field.value);
    for (const row of rows()) {
      if (!row.closest("#tick-found")) row.hidden = wanted !== "" && !row.dataset.key.includes(wanted);
    }
    showSections();
    const others = form().querySelector("[data-folded]");
    if (others && wanted !== "") others.open = true;
    const more = form().querySelector("[data-tick-more]");
    if (more) more.hidden = wanted !== "";
    if (wanted === "") document.getElementById("tick-found").replaceChildren();
    document.getElementById("tick-offer").hidden = true; // until the server has looked in the whole plan
  };
  document.addEventListener("input", (event) => {
    if (event.target.matches("[data-tick-filter]")) filter(event.target);
    if (event.target.matches("[data-guard]")) event.target.form.dataset.halfWritten = "yes";
  });
  const isSearch = (event) => event.detail.requestConfig.elt.matches("[data-tick-filter]");
  document.addEventListener("htmx:afterSettle", (event) => {
    if (isSearch(event)) offer();
  });
  for (const kind of ["htmx:sendError", "htmx:timeout"]) {
    document.addEventListener(kind, (event) => {
      if (isSearch(event)) offer(true);
    });
  }

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

  /* Somebody new ---------------------------------------------------------------------------------------- */

  let fresh; // the empty fields, to begin again with when there is no server to ask for them
  const walkIn = () => document.getElementById("walk-in");
  const openWalkIn = () => {
    walkIn().querySelector("details").open = true;
    const alias = form().elements["new-alias"];
    const asked = search().value.trim();
    const isKnown = rows().some((row) => row.dataset.key === plain(asked));
    if (!alias.value && asked && !isKnown) alias.value = asked;
    if (alias.value === asked && asked) {
      search().value = "";
      filter(search());
    }
    (alias.value ? form().elements["new-birth_year"] : alias).focus();
  };
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-offer]")) openWalkIn();
    // the summary opens after this event, by itself
    const summary = event.target.closest("#walk-in summary");
    if (summary && !summary.parentElement.open) setTimeout(openWalkIn);
  });

  /* No connection: the newcomer stands on the list already, and the fields are free for the next one */
  const keepNewcomer = (button) => {
    const alias = form().elements["new-alias"].value.trim();
    const born = form().elements["new-birth_year"].value.trim();
    const isKnown = button.name === "existing";
    if (!isKnown && (!alias || !/^\d{4}$/.test(born))) return say("say-offline");
    const fields = isKnown ? [["existing", button.value]] : [["new-alias", alias], ["new-birth_year", born], ["add", button.value]];
    if (form().elements.keep_total.checked) fields.push(["keep_total", "on"]);
    const row = document.getElementById("tick-unsent").content.firstElementChild.cloneNode(true);
    row.querySelector(".tickrow-name").textContent = isKnown ? button.textContent.trim() : `${alias},\u00a0${born}`;
    document.getElementById("tick-new").append(row);
    unsent.keep(row, button.getAttribute("hx-post"), fields);
    const empty = fresh.cloneNode(true);
    walkIn().replaceWith(empty);
    htmx.process(empty);
    showSections();
    return row;
  };
  const fromWalkIn = (event) => event.detail.requestConfig.elt.closest?.("#walk-in") && event.detail.requestConfig.elt;
  for (const kind of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) {
    document.addEventListener(kind, (event) => {
      const button = fromWalkIn(event);
      if (button && (kind !== "htmx:responseError" || event.detail.xhr.status >= 502)) keepNewcomer(button);
    });
  }
  document.addEventListener("click", (event) => {
    const row = event.target.closest("[data-take-back]")?.closest(".tickwaits");
    if (row) unsent.drop(row);
  });
  unsent.holds = (element) => {
    if (!element.matches(".tickwaits")) return false;
    const names = ["new-alias", "new-birth_year"]; // its answer may be a question, which needs the fields
    return names.some((name) => form().elements[name].value !== "" || form().elements[name] === document.activeElement);
  };
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (!event.detail.requestConfig.elt.matches(".tickwaits") || event.detail.xhr.status !== 422) return;
    event.detail.swapOverride = "outerHTML"; // a question about the newcomer first
  });

  /* The state of each tap -------------------------------------------------------------------------------- */

  const shown = (row) => Boolean(row.querySelector("[name='shown']"));
  const paintCount = () => {
    const count = document.querySelector("#tick-count [data-ticks]");
    if (!count) return;
    const pending = rows().reduce((sum, row) => sum + tick(row).checked - shown(row), waiting().length);
    count.textContent = Math.max(0, Number(count.dataset.ticks) + pending);
  };
  const paint = (place, state, before) => {
    const words = { sending: form().dataset.saySending, unsent: form().dataset.sayUnsent, saved: form().dataset.saySaved };
    place.dataset.state = state;
    let text = place.querySelector(".tickrow-state");
    if (!text) {
      text = document.getElementById("tick-state").content.firstElementChild.cloneNode(true);
      before(text);
    }
    text.textContent = words[state] || "";
    if (state === "saved") setTimeout(() => place.dataset.state === "saved" && paint(place, "", before), 2000);
  };
  const paintTap = (element) => {
    const state = unsent.state(element);
    if (element.matches(".tickwaits")) {
      if (state === "") element.remove();
      else paint(element, "unsent", (text) => element.querySelector(".tickrow-name").after(text));
      showSections();
    } else if (element.matches("[name='present']")) {
      const row = element.closest("li");
      paint(row, state || "saved", (text) => row.querySelector(".tickrow-name").after(text));
    } else if (element.matches("[name='unnamed']")) {
      const place = form().querySelector("[data-unnamed-state]");
      paint(place, state || "saved", (text) => place.append(text));
    }
  };
  let told = 0;
  const paintBadge = () => {
    const number = unsent.count();
    const badge = document.getElementById("unsent-badge");
    if (!badge || number === told) return;
    badge.hidden = number === 0;
    badge.querySelector("[data-unsent-number]").textContent = number;
    document.getElementById("unsent-said").textContent = number ? `${number} ${form().dataset.sayUnsent}` : "";
    if (!told && !document.querySelector("dialog[open]")) say("say-kept-taps");
    told = number;
  };
  document.addEventListener("unsent:change", ({ detail }) => {
    if (!form()) return;
    if (form().contains(detail.element)) {
      paintTap(detail.element);
      moveUnnamed();
      takeUnnamed();
    }
    paintBadge();
    paintCount();
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("#unsent-badge")) unsent.retry();
  });
  document.addEventListener("change", (event) => {
    if (!event.target.matches("[data-ticklist] input[name='present']")) return;
    const row = event.target.closest("li");
    if (row.closest("#tick-found")) {
      document.getElementById("tick-new").append(row); // stays when the search is emptied
      showSections();
    }
    paintCount();
  });

  /* Heads that became names leave the heads without a name, also before the server has heard of it. Else saving the
     form would count them twice. */
  const moved = new WeakMap(); // row → what it has changed in the field so far
  const moveUnnamed = () => {
    const field = form().elements.unnamed;
    const withTotal = (element) => unsent.state(element) === "unsent" && unsent.fields(element).some(([name]) => name === "keep_total");
    for (const row of [...rows(), ...waiting()]) {
      const element = row.matches(".tickwaits") ? row : tick(row);
      const change = !withTotal(element) ? 0 : row === element ? -1 : shown(row) - tick(row).checked;
      const before = moved.get(row) || 0;
      if (change === before) continue;
      moved.set(row, change);
      if (change !== 0) field.value = Math.max(0, Number(field.value) + change - before); // at 0 the server has answered
    }
  };
  const takeUnnamed = () => {
    const now = document.getElementById("unnamed-now");
    if (now?.dataset.value === undefined) return;
    const field = form().elements.unnamed;
    const others = [...rows(), ...waiting()].reduce((sum, row) => sum + (moved.get(row) || 0), 0);
    if (!unsent.state(field)) field.value = Math.max(0, Number(now.dataset.value) + others);
    delete now.dataset.value;
  };
  /* Answers may overtake each other: what an older one says of the whole evening is no longer true */
  document.addEventListener("htmx:oobBeforeSwap", ({ detail }) => {
    const shown = Number(detail.target.dataset.version);
    const answered = Number(detail.fragment.firstElementChild?.dataset.version);
    if (answered < shown) detail.shouldSwap = false;
  });
  document.addEventListener("htmx:oobAfterSwap", (event) => {
    const target = event.detail.target;
    if (target.id === "tick-new") {
      const newest = target.lastElementChild; // somebody added at the door stands once on the list
      for (const row of rows()) if (row !== newest && row.dataset.pk === newest.dataset.pk) row.remove();
      showSections();
    }
  });
  document.addEventListener("htmx:afterSettle", () => {
    if (!form()) return;
    const listed = new Set(rows().filter((row) => !row.closest("#tick-found")).map((row) => row.dataset.pk));
    for (const row of rows()) if (row.closest("#tick-found") && listed.has(row.dataset.pk)) row.remove();
    takeUnnamed();
    paintCount();
  });
  document.addEventListener("change", (event) => {
    if (!event.target.matches("[data-ticklist] [name='unnamed']")) return;
    form().querySelector(".keeptotal").toggleAttribute("data-without-total", !Number(event.target.value));
  });

  /* The same person still? ------------------------------------------------------------------------------- */

  document.addEventListener("unsent:password", () => {
    const dialog = document.getElementById("ask-again");
    if (dialog && !dialog.open) dialog.showModal();
  });
  document.addEventListener("htmx:afterRequest", ({ detail }) => {
    const dialog = detail.requestConfig.elt.closest?.("#ask-again");
    if (!dialog || detail.xhr.status !== 204) return;
    dialog.querySelector("form").reset();
    document.getElementById("ask-again-mistake").textContent = "";
    dialog.close();
    unsent.retry();
  });

  /* Leaving and coming ----------------------------------------------------------------------------------- */

  document.addEventListener("submit", (event) => delete event.target.dataset.halfWritten);
  window.addEventListener("beforeunload", (event) => {
    if (form()?.dataset.halfWritten) event.preventDefault();
  });

  /* Ticks that the page shows and the server does not have: a form that came back, a reload that kept them */
  const adopt = () => {
    if (!form()?.querySelector("#tick-new")) return;
    fresh = walkIn().cloneNode(true);
    fresh.querySelector("details").open = false;
    fresh.querySelector(".walkin-ask")?.remove();
    for (const field of fresh.querySelectorAll("input")) field.setAttribute("value", "");
    fresh.querySelector("[name='add']").value = "1";
    for (const row of rows()) {
      const box = tick(row);
      if (box.checked === shown(row) || unsent.state(box)) continue;
      unsent.keep(box, box.getAttribute("hx-post"), box.checked ? [["present", box.value]] : []);
    }
    paintBadge();
    paintCount();
  };
  document.addEventListener("htmx:load", ({ detail }) => {
    if (detail.elt.matches("main") || detail.elt === document.body) adopt();
  });
  document.addEventListener("DOMContentLoaded", () => {
    const field = form()?.querySelector("[data-tick-filter]");
    if (field?.value) field.scrollIntoView({ block: "center" });
  });
})();
