/* The programme board: lift a card by its grip and put it on a date, with finger, mouse or keyboard.
   Without this script each card leads to a list of dates. What is moved is sent by the form [data-place]. */
(() => {
  const EDGE = 72; // px from the top and bottom of the window where the page follows the finger
  const SLOP = 6; // px before a press is a drag
  let lifted = null; // {card, grip, ghost, startX, startY, dx, dy, isDrag, cell, x, y}

  const board = () => document.getElementById("board");
  const form = () => document.querySelector("[data-place]");
  const cells = () => [...board().querySelectorAll("[data-cell]")].filter((cell) => cell.offsetParent !== null);
  const say = (text) => {
    const place = document.querySelector("[data-board-say]");
    if (place) place.textContent = text;
  };

  const point = (cell) => {
    if (!lifted || lifted.cell === cell) return;
    lifted.cell?.classList.remove("is-over");
    lifted.cell = cell;
    cell?.classList.add("is-over");
    if (cell && !lifted.isDrag) {
      say(cell.dataset.cellName + (cell.querySelector("h3") && cell.dataset.holds ? `: ${cell.querySelector("h3").textContent}` : ""));
      cell.scrollIntoView({ block: "nearest" });
    }
  };

  const lift = (grip) => {
    const card = grip.closest("[data-card]");
    lifted = { card, grip, cell: null, isDrag: false };
    document.body.classList.add("board-lifting");
  };

  const letGo = () => {
    if (!lifted) return;
    lifted.cell?.classList.remove("is-over");
    lifted.card.classList.remove("is-dragging");
    lifted.ghost?.remove();
    lifted.grip.removeAttribute("aria-pressed");
    document.body.classList.remove("board-lifting", "is-pointing");
    lifted = null;
  };

  const drop = (cell) => {
    const { card, grip } = lifted;
    letGo();
    const own = card.closest("[data-cell]");
    if (!cell || cell === own || (cell.dataset.cell === "hylde" && card.dataset.idea)) {
      say(form().dataset.sayDropped);
      grip.focus();
      return;
    }
    const { item, idea, version } = card.dataset;
    const values = { item, idea, version, to: cell.dataset.cell, swap: cell.dataset.holds };
    for (const [name, value] of Object.entries(values)) form().elements.namedItem(name).value = value || "";
    form().requestSubmit();
  };

  /* Finger and mouse ------------------------------------------------------------------------------------ */

  const cellAt = (x, y) => {
    const hit = document.elementFromPoint(x, y)?.closest("[data-cell]");
    return hit && board().contains(hit) ? hit : null;
  };

  const follow = () => {
    if (!lifted?.isDrag) return;
    const { y } = lifted;
    const step = y < EDGE ? y - EDGE : y > innerHeight - EDGE ? y - (innerHeight - EDGE) : 0;
    if (step) {
      scrollBy(0, step / 4);
      point(cellAt(lifted.x, lifted.y));
    }
    requestAnimationFrame(follow);
  };

  document.addEventListener("pointerdown", (event) => {
    const grip = event.target.closest?.("[data-grip]");
    if (!grip || event.button || !form()) return;
    if (lifted) letGo();
    event.preventDefault(); // no text is marked, no page is scrolled
    lift(grip);
    lifted.startX = event.clientX;
    lifted.startY = event.clientY;
    lifted.pointer = event.pointerId;
    grip.setPointerCapture?.(event.pointerId);
  });

  document.addEventListener("pointermove", (event) => {
    if (!lifted || lifted.pointer !== event.pointerId) return;
    lifted.x = event.clientX;
    lifted.y = event.clientY;
    if (!lifted.isDrag) {
      if (Math.hypot(event.clientX - lifted.startX, event.clientY - lifted.startY) < SLOP) return;
      lifted.isDrag = true;
      const box = lifted.card.getBoundingClientRect();
      const ghost = lifted.card.cloneNode(true);
      ghost.classList.add("dragghost");
      ghost.setAttribute("aria-hidden", "true");
      ghost.style.width = `${box.width}px`;
      lifted.dx = lifted.startX - box.left;
      lifted.dy = lifted.startY - box.top;
      lifted.ghost = ghost;
      board().append(ghost);
      lifted.card.classList.add("is-dragging");
      document.body.classList.add("is-pointing");
      requestAnimationFrame(follow);
    }
    lifted.ghost.style.left = `${event.clientX - lifted.dx}px`;
    lifted.ghost.style.top = `${event.clientY - lifted.dy}px`;
    point(cellAt(event.clientX, event.clientY));
  });

  document.addEventListener("pointerup", (event) => {
    if (!lifted || lifted.pointer !== event.pointerId) return;
    lifted.pointer = undefined;
    if (lifted.isDrag) {
      drop(lifted.cell);
      return;
    }
    pickUp(); // a tap on the grip: the next tap on a date puts it there
  });
  document.addEventListener("pointercancel", letGo);

  /* Tap, tap, and keyboard ------------------------------------------------------------------------------ */

  const pickUp = () => {
    lifted.grip.setAttribute("aria-pressed", "true");
    lifted.grip.focus();
    say(form().dataset.sayLifted.replace("{title}", lifted.card.dataset.title));
  };

  document.addEventListener("click", (event) => {
    const grip = event.target.closest?.("[data-grip]");
    if (grip) {
      event.preventDefault();
      if (event.detail === 0 && !lifted) { // Enter or Space on the grip
        lift(grip);
        pickUp();
      }
      return;
    }
    if (!lifted || lifted.isDrag) return;
    const cell = event.target.closest?.("[data-cell]");
    if (cell) {
      event.preventDefault();
      drop(cell);
    } else {
      letGo();
    }
  }, true);

  document.addEventListener("keydown", (event) => {
    if (!lifted || lifted.isDrag) return;
    const places = cells();
    const at = places.indexOf(lifted.cell || lifted.card.closest("[data-cell]"));
    if (event.key === "Escape") {
      const { grip } = lifted;
      letGo();
      say(form().dataset.sayDropped);
      grip.focus();
    } else if (event.key === "ArrowDown" || event.key === "ArrowRight") {
      point(places[Math.min(at + 1, places.length - 1)]);
    } else if (event.key === "ArrowUp" || event.key === "ArrowLeft") {
      point(places[Math.max(at - 1, 0)]);
    } else if (event.key === "Home") {
      point(places[0]);
    } else if (event.key === "Enter" || event.key === " ") {
      if (!lifted.cell) return;
      drop(lifted.cell);
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }, true);
})();
