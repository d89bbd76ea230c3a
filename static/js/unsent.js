/* What could not be sent is kept and sent again: whatever carries `data-keep` and `hx-post`, in the order it was done.
   It is kept in this page's memory only: nothing about anybody is put into browser storage. All of it is harmless to
   repeat, so an answer that got lost costs nothing. Tells "unsent:change"; the pages draw it. */
(() => {
  const WAITS = [3, 6, 12, 25, 50]; // seconds between tries
  const QUIET = 4000; // a form is not sent while somebody writes in it (ms)
  const SLOW = 1500; // what has been under way for longer is worth a warning before the page is left (ms)
  const kept = new Map(); // element → { path, fields, sending, retrying, failed, sentAt }, the oldest change first
  let failures = 0;
  let timer;
  let lastInput = 0;
  let isSignedOut = false;

  const isForm = (element) => element.matches("form");
  const isKept = (element) => Boolean(element?.matches?.("[data-keep]"));
  const say = (template) => document.dispatchEvent(new CustomEvent("portal:say", { detail: template }));
  const tell = (element) => document.dispatchEvent(new CustomEvent("unsent:change", { detail: { element } }));
  const put = (element, item) => {
    const failed = (kept.get(element)?.failed || 0) + (item.failed || 0);
    kept.delete(element); // a new change goes last
    kept.set(element, { sending: false, retrying: false, sentAt: Date.now(), ...item, failed });
    tell(element);
  };
  const drop = (element) => {
    if (kept.delete(element)) tell(element);
  };

  /* What a request says of its element; of a form only which button was pressed, the rest is read when it is sent */
  const fieldsOf = (config) => {
    const element = config.elt;
    const button = config.triggeringEvent?.submitter;
    if (isForm(element)) return button?.name ? [[button.name, button.value]] : [];
    return [...config.formData].filter(([name, value]) => element.type !== "checkbox" || name !== element.name || value === element.value);
  };

  /* Trying again, one at a time: first what was tapped, then the form around it */
  const wait = (seconds) => {
    clearTimeout(timer);
    timer = setTimeout(retry, seconds * 1000);
  };
  const retry = () => {
    clearTimeout(timer);
    for (const element of [...kept.keys()]) if (!element.isConnected) drop(element);
    const items = [...kept].filter(([, item]) => item.failed);
    if (!items.length || isSignedOut || items.some(([, item]) => item.retrying)) return;
    const isQuiet = Date.now() - lastInput > QUIET;
    const isHeld = ([element]) => window.unsent.holds(element);
    const taps = items.filter(([element]) => !isForm(element));
    const ready = taps.length ? taps.filter((entry) => !isHeld(entry)) : items.filter(() => isQuiet);
    const next = ready.find(([, item]) => !item.sending);
    if (!next || document.querySelector("dialog[open]")) return wait(1);
    const [element, item] = next;
    item.retrying = true;
    const done = () => {
      if (item.retrying && !item.sending) item.retrying = false;
    };
    htmx.ajax("POST", item.path, { source: element }).then(done, done);
  };
  const now = () => {
    failures = 0;
    retry();
  };
  const fail = (element) => {
    const item = kept.get(element);
    if (!item) return;
    failures = item.retrying ? failures + 1 : Math.max(failures, 1);
    Object.assign(item, { sending: false, retrying: false, failed: item.failed + 1 });
    tell(element);
    wait(WAITS[Math.min(failures, WAITS.length) - 1]);
  };
  const settle = (element) => {
    const item = kept.get(element);
    if (!item) return;
    kept.delete(element);
    if (isForm(element)) {
      // the form has carried what was tapped before it was sent
      for (const [other, { sentAt }] of [...kept]) if (element.contains(other) && sentAt <= item.sentAt) kept.delete(other);
    }
    tell(element);
    if (item.failed && !kept.size && !isForm(element)) say("say-sent");
    now();
  };

  /* From htmx */
  const asksPassword = (xhr) => xhr.getResponseHeader("Asks-Password") && document.getElementById("ask-again");
  document.addEventListener("htmx:configRequest", ({ detail }) => {
    const item = kept.get(detail.elt);
    if (!item?.retrying) return;
    if (!isForm(detail.elt)) for (const name of Object.keys(detail.parameters)) delete detail.parameters[name];
    for (const [name, value] of item.fields) detail.parameters[name] = value;
  });
  document.addEventListener("htmx:beforeRequest", (event) => {
    const config = event.detail.requestConfig;
    const element = config.elt;
    if (!isKept(element)) return;
    const item = kept.get(element);
    if (item?.retrying) {
      Object.assign(item, { sending: true, sentAt: Date.now() });
      tell(element);
      return;
    }
    // what has no field in the form goes before it
    const isEarly = isForm(element) && [...kept.keys()].some((other) => "keepFirst" in other.dataset && element.contains(other));
    if (isEarly) event.preventDefault();
    put(element, { path: config.path, fields: fieldsOf(config), sending: !isEarly, failed: isEarly ? 1 : 0 });
    if (isEarly) now();
  });
  document.addEventListener("htmx:beforeOnLoad", (event) => {
    const { requestConfig, xhr } = event.detail;
    if (asksPassword(xhr)) {
      event.preventDefault();
      document.dispatchEvent(new CustomEvent("unsent:password"));
    } else if (xhr.getResponseHeader("HX-Redirect")) {
      settle(requestConfig.elt); // before the page is left, which would ask
    }
  });
  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    const { requestPath, responsePath } = detail.pathInfo;
    if (!isKept(detail.requestConfig.elt) || !responsePath) return;
    if (responsePath.split("?")[0] === requestPath.split("?")[0]) return;
    detail.shouldSwap = false; // the log-in page instead of an answer
    detail.isError = true;
    isSignedOut = true;
    say("say-signed-out");
  });
  document.addEventListener("htmx:afterRequest", ({ detail }) => {
    const element = detail.requestConfig.elt; // an answer that replaced its own element is told on its surroundings
    if (!kept.get(element)?.sending) return;
    if (detail.successful) settle(element);
    else if (asksPassword(detail.xhr)) fail(element);
  });
  for (const kind of ["htmx:sendError", "htmx:timeout"]) {
    document.addEventListener(kind, ({ detail }) => fail(detail.requestConfig.elt));
  }
  document.addEventListener("htmx:responseError", ({ detail }) => {
    const element = detail.requestConfig.elt;
    const mayPass = isSignedOut || [502, 503, 504].includes(detail.xhr.status);
    if (isForm(element) && !mayPass) drop(element); // it would fail again: somebody must look at it
    else fail(element);
  });

  /* When the connection, or the person, is back */
  window.addEventListener("online", now);
  document.addEventListener("visibilitychange", async () => {
    if (document.visibilityState !== "visible") return;
    if (isSignedOut) await renew();
    now();
  });
  document.addEventListener("input", () => {
    lastInput = Date.now();
  });
  /* Logged in again in another tab: this page gets the token that belongs to the new session */
  const renew = async () => {
    const answer = await fetch(location.href).catch(() => null);
    if (!answer?.ok || answer.redirected) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const token = page.querySelector("input[name='csrfmiddlewaretoken']")?.value;
    if (!token) return;
    document.body.setAttribute("hx-headers", page.body.getAttribute("hx-headers"));
    for (const field of document.querySelectorAll("input[name='csrfmiddlewaretoken']")) field.value = token;
    isSignedOut = false;
  };

  window.addEventListener("beforeunload", (event) => {
    const isWorth = ({ failed, sentAt }) => failed || Date.now() - sentAt > SLOW;
    if ([...kept.values()].some(isWorth)) event.preventDefault();
  });

  /* A form that waits says so beside its button */
  document.addEventListener("unsent:change", ({ detail }) => {
    const form = detail.element;
    if (!isForm(form)) return;
    form.querySelector(".kept-note")?.remove();
    if (!kept.get(form)?.failed) return;
    const note = document.getElementById("say-kept").content.firstElementChild.cloneNode(true);
    const bar = form.querySelector(".action-bar");
    if (bar) bar.prepend(note);
    else form.append(note);
  });

  window.unsent = {
    drop,
    retry: now,
    /* Must this one wait? For a page to say */
    holds: () => false,
    /* How many taps have failed to be sent */
    count: () => [...kept].filter(([element, item]) => item.failed && !isForm(element)).length,
    /* "unsent", "sending" or "" */
    state: (element) => (kept.get(element)?.failed ? "unsent" : kept.has(element) ? "sending" : ""),
    fields: (element) => kept.get(element)?.fields || [],
    /* Keep a change that was never asked to be sent */
    keep: (element, path, fields) => {
      put(element, { path, fields, failed: 1 });
      failures = Math.max(failures, 1);
      wait(WAITS[0]);
    },
  };
})();
