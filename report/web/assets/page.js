// What the attributes of htmx cannot say. Nothing depends on scripts: without them each link and form leads to a page.
"use strict";
(() => {
  const often = 30_000; // milliseconds

  // A page that is looked at asks what came since.
  const ask = () => {
    const news = document.querySelector("#news [hx-get]");
    if (news && !document.hidden) htmx.trigger(news, "ask", {}, false);
  };
  setInterval(ask, often);
  document.addEventListener("visibilitychange", ask);

  // The address of a search has no empty fields. What is typed is one step back, not one for each letter.
  document.addEventListener("htmx:config:request", (e) => {
    const ctx = e.detail.ctx;
    if (!ctx.sourceElement.matches("form.filter")) return;
    for (const [name, value] of [...ctx.request.body]) if (!value) ctx.request.body.delete(name);
    if (ctx.sourceEvent.type === "input") [ctx.push, ctx.replace] = [null, "true"];
  });
  document.addEventListener("htmx:before:history:update", (e) => {
    const step = e.detail.history;
    if (step.path === location.pathname + location.search) step.type = "replace";
  });

  // Where a part of a page cannot be had, the reader gets the page that says why. What is half typed may be no date yet.
  const plainly = (e) => {
    const ctx = e.detail.ctx;
    if (!ctx) return;
    [ctx.push, ctx.replace] = [null, null];
    if (ctx.sourceEvent.type !== "input" && ctx.sourceEvent.type !== "ask") location.assign(ctx.request.action);
  };
  document.addEventListener("htmx:response:error", plainly);
  document.addEventListener("htmx:error", plainly);

  // Who pressed "Show more" goes on reading at the first of what came.
  document.addEventListener("htmx:before:swap", (e) => {
    const main = e.detail.tasks.find((t) => t.type === "main");
    const list = main && main.target;
    if (!list || main.swapSpec.style !== "beforeend") return;
    const last = list.lastElementChild;
    list.addEventListener("htmx:after:settle", () => {
      const next = last ? last.nextElementSibling : list.firstElementChild;
      const link = next && next.querySelector("a");
      if (link) link.focus({ preventScroll: true });
    }, { once: true });
  });
})();
