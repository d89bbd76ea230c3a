/* Small helps on every page; each page works without them. Nothing typed is ever put into browser storage. */
(() => {
  const toasts = () => document.getElementById("toasts");

  /* Messages ------------------------------------------------------------------------------------------- */

  const say = (templateId) => {
    const template = document.getElementById(templateId);
    const region = toasts();
    if (!template || !region) return;
    region.querySelector(`[data-from="${templateId}"]`)?.remove();
    const note = template.content.firstElementChild.cloneNode(true);
    note.dataset.from = templateId;
    region.append(note);
  };
  const timeOut = (note) => {
    if (note.dataset.timed || note.dataset.stay !== undefined) return;
    note.dataset.timed = "yes";
    const wait = note.querySelector("form, a") ? 15000 : 7000;
    let timer = setTimeout(() => note.remove(), wait);
    const pause = () => clearTimeout(timer);
    const go = () => {
      pause();
      timer = setTimeout(() => note.remove(), wait);
    };
    for (const kind of ["pointerenter", "focusin"]) note.addEventListener(kind, pause);
    for (const kind of ["pointerleave", "focusout"]) note.addEventListener(kind, go);
  };
  document.addEventListener("click", (event) => {
    const close = event.target.closest("[data-close-toast]");
    if (close) close.closest(".toast-note").remove();
  });

  // what is kept and sent again (unsent.js) says so itself
  const isKept = (event) => event.detail.requestConfig.elt.matches("[data-keep], [data-quiet-offline]");
  for (const kind of ["htmx:sendError", "htmx:timeout"]) {
    document.addEventListener(kind, (event) => {
      if (!isKept(event)) say("say-offline");
    });
  }
  document.addEventListener("htmx:responseError", (event) => {
    const status = event.detail.xhr.status;
    if (status < 400 || (isKept(event) && status >= 502)) return;
    say(status === 401 || status === 403 ? "say-forbidden" : status === 404 ? "say-gone" : "say-broken");
  });
  document.addEventListener("portal:say", (event) => say(event.detail));

  /* Forms: sent once, and not lost by accident --------------------------------------------------------- */

  const dirty = new Set();
  const buttons = (form) => [...form.elements].filter((element) => element.type === "submit");
  const restore = (form) => {
    delete form.dataset.sending;
    for (const button of buttons(form)) {
      if (button.dataset.held) {
        button.disabled = false;
        button.removeAttribute("aria-busy");
        delete button.dataset.held;
      }
    }
  };
  const hold = (form, submitter) => {
    form.dataset.sending = "yes";
    // after this turn of the event loop, so that the pressed button's name and value are still sent
    setTimeout(() => {
      for (const button of buttons(form)) {
        if (button.disabled) continue;
        button.disabled = true;
        button.dataset.held = "yes";
        if (button === submitter) button.setAttribute("aria-busy", "true");
      }
    });
  };
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.dataset.sending) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    if (form.method === "dialog" || form.target === "_blank" || form.dataset.download !== undefined) return;
    const byHtmx = form.matches("[hx-get], [hx-post], [hx-put], [hx-patch], [hx-delete]");
    if (!byHtmx && form.method === "post" && navigator.onLine === false) {
      event.preventDefault(); // the browser's own page about it would take what was typed along
      event.stopImmediatePropagation();
      say("say-offline");
      return;
    }
    dirty.delete(form);
    if (form.method === "post" && !byHtmx) hold(form, event.submitter);
  }, true);
  document.addEventListener("htmx:beforeRequest", (event) => {
    const form = event.detail.requestConfig.elt;
    if (!form.matches("form") || event.defaultPrevented) return;
    dirty.delete(form);
    hold(form, event.detail.requestConfig.triggeringEvent?.submitter);
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.detail.requestConfig.elt;
    if (!form.matches("form")) return;
    restore(form);
    const isDone = event.detail.successful || event.detail.xhr.getResponseHeader("HX-Redirect");
    if (!isDone && form.isConnected && form.dataset.edited) dirty.add(form);
  });
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sending]")) restore(form);
  });
  document.addEventListener("input", (event) => {
    const form = event.target.form;
    if (!form || form.method !== "post" || form.dataset.noGuard !== undefined || form.closest(".menu, .toasts")) return;
    form.dataset.edited = "yes";
    dirty.add(form);
  });
  window.addEventListener("beforeunload", (event) => {
    if ([...dirty].some((form) => form.isConnected && !form.closest("dialog:not([open])"))) event.preventDefault();
  });

  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-autosubmit]")) event.target.form.requestSubmit();
  });

  /* Focus: never lost after a swap, and on the first mistake ------------------------------------------- */

  const focusOn = (element) => {
    if (!element.matches("a, button, input, select, textarea, summary, [tabindex]")) element.tabIndex = -1;
    element.focus({ preventScroll: true });
    element.scrollIntoView({ block: "nearest" });
  };
  const firstMistake = (root) => root.querySelector("[aria-invalid='true'], .is-invalid:is(input, select, textarea)");
  document.addEventListener("htmx:afterSettle", (event) => {
    const target = event.detail.elt;
    if (!target?.isConnected) return;
    const wanted = target.matches("[data-focus]") ? target : target.querySelector("[data-focus]");
    const next = firstMistake(target) || wanted;
    if (next) focusOn(next);
    else if (document.activeElement === document.body && target.id !== "toasts" && target.dataset.poll === undefined) focusOn(target);
  });

  /* Menus, dialogs, copying, file fields ---------------------------------------------------------------- */

  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
    const opener = event.target.closest("[data-open-dialog]");
    const dialog = opener && document.getElementById(opener.dataset.openDialog);
    if (dialog?.showModal) {
      event.preventDefault(); // without a script the opener is a link to a page that asks the same
      dialog.showModal();
    }
    const closer = event.target.closest("[data-close-dialog]");
    if (closer) closer.closest("dialog").close();
    if (event.target.matches("dialog[open]")) event.target.close();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
      say("say-copied");
    } catch {
      document.querySelector(button.dataset.copyFrom)?.select(); // no clipboard: the text is marked, ready to copy by hand
    }
  });
  document.addEventListener("change", (event) => {
    const drop = event.target.closest(".drop");
    const name = drop?.querySelector("[data-file-name]");
    if (name) name.textContent = [...event.target.files].map((file) => file.name).join(", ");
  });
  for (const [kind, over] of [["dragover", true], ["dragleave", false], ["drop", false]]) {
    document.addEventListener(kind, (event) => event.target.closest?.(".drop")?.classList.toggle("is-over", over));
  }
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-print]")) window.print();
  });

  /* Start ------------------------------------------------------------------------------------------------ */

  document.addEventListener("DOMContentLoaded", () => {
    const region = toasts();
    if (region) {
      for (const note of region.children) timeOut(note);
      new MutationObserver((changes) => {
        for (const change of changes) for (const note of change.addedNodes) if (note.nodeType === 1) timeOut(note);
      }).observe(region, { childList: true });
      // put in again, since screen readers only say what arrives in a live region after it is there
      if (region.children.length) setTimeout(() => region.append(...region.children), 200);
    }
    const main = document.querySelector("main") || document;
    const mistake = firstMistake(main) || main.querySelector(".question");
    if (mistake) focusOn(mistake);
  });
})();
