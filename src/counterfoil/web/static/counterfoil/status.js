// Shows Counterfoil's alerts on a practice system's own page, and nothing when there are none.
//
//   <div data-counterfoil="https://books.example.com" data-key="cf_..."></div>
//   <script src="https://books.example.com/static/counterfoil/status.js" async></script>
//
// The key is read by whoever opens the page: make one with the scope status:read and no other. Or
// leave data-key out and let data-counterfoil be an address of your own server, ending in /status,
// that passes the answer of /api/v1/status on. Works under a Content-Security-Policy without
// unsafe-inline: nothing is put in as HTML, and no style attribute is written.
(() => {
  "use strict";
  const EVERY = 60000;
  const STYLE = `
    :host { display: block; font: inherit; }
    ul { list-style: none; margin: 0; padding: 0; }
    div { padding: 0.5rem 0.75rem; border-inline-start: 0.25rem solid; }
    .stopped { background: #fbe9e7; color: #7a1b0c; }
    .careful { background: #fff6dd; color: #5c4200; }
    span { display: block; }`;

  const part = (name, text, kind) => {
    const made = document.createElement(name);
    made.textContent = text;
    if (kind) made.className = kind;
    return made;
  };

  const address = (place) => {
    const given = place.dataset.counterfoil.replace(/\/$/, "");
    if (given.endsWith("/status")) return given;
    const organisation = place.dataset.organisation;
    const asked = organisation ? `?organisation=${encodeURIComponent(organisation)}` : "";
    return `${given}/api/v1/status${asked}`;
  };

  const show = (shadow, alerts) => {
    const list = document.createElement("ul");
    for (const alert of alerts) {
      const weight = alert.weight === "stopped" ? "stopped" : "careful";
      const item = document.createElement("li");
      const box = part("div", "", weight);
      if (weight === "stopped") box.setAttribute("role", "alert");
      box.append(part("strong", alert.what), part("span", alert.detail));
      item.append(box);
      list.append(item);
    }
    shadow.querySelector("ul").replaceWith(list);
  };

  const begin = (place) => {
    const shadow = place.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    shadow.adoptedStyleSheets = [sheet];
    shadow.append(document.createElement("ul"));
    const headers = place.dataset.key ? { Authorization: `Bearer ${place.dataset.key}` } : {};
    const credentials = place.dataset.key ? "omit" : "same-origin";
    const ask = async () => {
      if (document.hidden) return;
      try {
        const answer = await fetch(address(place), { headers, credentials });
        if (answer.ok) show(shadow, (await answer.json()).alerts);
      } catch {
        // The server cannot be reached: what was last known stays, and it is asked again.
      }
    };
    ask();
    setInterval(ask, EVERY);
    document.addEventListener("visibilitychange", ask);
  };

  const start = () => document.querySelectorAll("[data-counterfoil]").forEach(begin);
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
