// Comforts that pages do without where there is no JavaScript: shortcuts, ticking all, menus that close by themselves.
"use strict";

const typing = (element) => element.closest("input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable]");
const rows = () => [...document.querySelectorAll("[data-row]")];
const goTo = (row) => {
  (row?.querySelector("a, button, summary") ?? row)?.focus();
  row?.scrollIntoView({ block: "nearest" });
};
// The row whose form was sent: whoever goes through a list by key goes on where it was.
let left = -1;

// `/` or Ctrl+K: search. j and k: the next row and the one before. On a row, a letter is the button of that letter.
document.addEventListener("keydown", (event) => {
  const search = document.getElementById("search");
  if (search && ((event.key === "/" && !typing(event.target)) || (event.key === "k" && (event.ctrlKey || event.metaKey)))) {
    event.preventDefault();
    search.focus();
    search.select();
    return;
  }
  if (event.key === "Escape") {
    const open = event.target.closest?.("details.menu[open]") ?? document.querySelector("details.menu[open]");
    open?.removeAttribute("open");
    open?.querySelector("summary").focus();
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  const outcome = /^[1-9]$/.test(event.key) && document.querySelectorAll(".worked .outcomes input")[event.key - 1];
  if (outcome) {
    outcome.click();
    outcome.focus();
    return;
  }
  const button = document.querySelector(`.top [aria-keyshortcuts="${CSS.escape(event.key)}"]`);
  if (button) {
    event.preventDefault();
    button.click();
    return;
  }
  const row = event.target.closest?.("[data-row]");
  if (event.key === "j" || event.key === "k") {
    const all = rows();
    goTo(all[row ? all.indexOf(row) + (event.key === "j" ? 1 : -1) : 0]);
  } else if (row && /^[a-z]$/.test(event.key)) {
    const meant = row.querySelector(`[aria-keyshortcuts="${event.key}"]`);
    meant?.click();
    if (meant?.matches("summary")) meant.nextElementSibling.querySelector("button, a, input:not([type=hidden])")?.focus();
  }
});

// A form that changes something is sent at once, whatever else is asked for, and once, however often its button is pressed
// before the answer is there. (A field may be called `method`, so the form is asked by its attribute.)
let sent = new WeakSet();

document.addEventListener("submit", (event) => {
  const form = event.target;
  left = rows().indexOf(form.closest("[data-row]"));
  if (!form.matches("[method=post]")) return;
  if (sent.has(form)) {
    event.preventDefault();
    event.stopImmediatePropagation();
  }
  sent.add(form);
  form.setAttribute("hx-sync", "this");
}, true);

document.addEventListener("htmx:finally:request", (event) => sent.delete(event.detail.ctx.sourceElement));

// A menu closes when another is opened, or something else is clicked.
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.removeAttribute("open");
  }
  event.target.closest?.(".toast .close")?.closest(".toast").remove();
  if (event.target.closest?.("[data-print]")) print();
  const filler = event.target.closest?.("[data-fills]");
  if (filler) document.getElementById(filler.dataset.fills).value = filler.value;
});

// A box that ticks all others of its form, and the number of those that are ticked.
document.addEventListener("change", (event) => {
  const box = event.target;
  if (box.matches?.("[data-ticks-all]")) {
    for (const other of document.querySelectorAll(`input[name="${box.dataset.ticksAll}"]`)) other.checked = box.checked;
  }
  showTicked();
  if (box.matches?.("[data-sends]")) box.form.requestSubmit();
  for (const more of box.form?.querySelectorAll("[data-opens-with]") ?? []) {
    if (more.dataset.opensWith === box.value) more.open = true;
  }
});

function showTicked() {
  for (const place of document.querySelectorAll("[data-ticked]")) {
    const ticked = document.querySelectorAll(`input[name="${place.dataset.ticked}"]:checked`).length;
    place.hidden = ticked === 0;
    for (const number of place.querySelectorAll("[data-number]")) number.textContent = ticked;
  }
}

// What only works with JavaScript is shown by it; once more after each page that htmx brings.
function prepare() {
  sent = new WeakSet();
  for (const element of document.querySelectorAll(".toast .close, [data-print], [data-fills]")) element.hidden = false;
  showTicked();
  for (const here of document.querySelectorAll(".tabs [aria-current]")) {
    here.parentElement.scrollLeft = here.offsetLeft - here.parentElement.offsetLeft;
  }
  if (left >= 0 && !document.activeElement?.closest("[data-row]")) goTo(rows()[Math.min(left, rows().length - 1)]);
  left = -1;
}

document.addEventListener("DOMContentLoaded", prepare);
document.addEventListener("htmx:after:swap", prepare);
addEventListener("pageshow", prepare);
