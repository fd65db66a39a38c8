// For lists with something beside them: what a page needs of recobro.js comes before it.
"use strict";

// What stands beside a list is of the row one is on, or is not there: nobody decides on another row than is meant.
document.addEventListener("focusin", async (event) => {
  const row = event.target.closest?.("[data-beside]");
  const beside = row && document.getElementById(row.dataset.beside);
  if (!beside || row.classList.contains("here")) return;
  for (const other of rows()) other.classList.toggle("here", other === row);
  beside.hidden = true;
  const answer = await fetch(row.querySelector("a").href);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const now = document.getElementById(beside.id), next = page.getElementById(beside.id);
  if (!now || !next || !row.isConnected || !row.classList.contains("here")) return;
  now.replaceWith(next);
  htmx.process(next);
});
