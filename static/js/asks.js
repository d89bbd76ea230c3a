/* Asks while a number is typed that is far above the usual (data-ask, data-ask-above), or 0 where somebody always comes
   (data-ask-zero). Nothing is held back: when the question has stood for a second, saving is the answer; a faster thumb
   is asked by the page itself. Without this script the page asks everybody. */
(() => {
  if (window.portalAsks) return;
  window.portalAsks = true;
  const READ = 1000; // milliseconds
  const count = (text) => {
    const match = /^\D{0,6}(\d{1,3}(?:\.\d{3})+|\d+)\s*$/.exec(text);
    return match ? Number(match[1].replaceAll(".", "")) : NaN;
  };
  const waiting = new WeakMap();

  const noteOf = (field) => {
    const place = field.closest("[data-stepper], .rowinput, form");
    let note = place.querySelector(":scope > .asks");
    if (!note) {
      note = document.createElement("p");
      note.className = "asks";
      note.setAttribute("role", "status");
      place.append(note);
    }
    return note;
  };
  const look = (field) => {
    const name = `${field.name}-sure`;
    const number = count(field.value);
    const note = noteOf(field);
    clearTimeout(waiting.get(field));
    field.form.querySelector(`[name="${name}"][data-by-script]`)?.remove();
    const asked = field.form.querySelector(`[name="${name}"]`)?.value; // by the page
    const isOdd = number > Number(field.dataset.askAbove) || (number === 0 && field.dataset.askZero !== undefined);
    if (!isOdd || asked === String(number)) {
      note.textContent = "";
      return;
    }
    note.textContent = field.dataset.ask.replace("{n}", String(number));
    waiting.set(field, setTimeout(() => {
      if (!field.isConnected) return;
      const answer = document.createElement("input");
      answer.type = "hidden";
      answer.name = name;
      answer.value = String(number);
      answer.dataset.byScript = "";
      field.form.append(answer);
    }, READ));
  };
  document.addEventListener("input", (event) => {
    if (event.target.matches?.("input[data-ask]")) look(event.target);
  });
})();
