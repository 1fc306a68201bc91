// Drafts: a form with data-draft-url is posted there 2 s after the last change and when the page is left.
// Offline, the text waits in localStorage and goes out when the line is back.
// Texts: data-saved ("Draft saved {time}"), data-offline, data-failed.

const WAIT_MS = 2000;
const RETRY_MS = [5000, 15000, 60000];
const SPOKEN_EVERY_MS = 60000;

class Draft {
  constructor(form) {
    this.form = form;
    this.key = `draft:${form.dataset.draftUser || ""}:${form.dataset.draftUrl}`;
    this.status = form.querySelector("[data-draft-status]");
    this.spoken = form.querySelector("[data-draft-spoken]");
    this.spokenAt = 0;
    this.tries = 0;
    this.sending = false;
    form.addEventListener("input", () => this.changed());
    form.addEventListener("change", () => this.changed());
    form.addEventListener("submit", () => this.stop());
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden") this.flush();
    });
    window.addEventListener("online", () => this.flush());
    if (this.waiting()) this.flush();
  }

  changed() {
    this.dirty = true;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.flush(), WAIT_MS);
  }

  stop() {
    clearTimeout(this.timer);
    this.dirty = false;
    localStorage.removeItem(this.key);
  }

  body() {
    const data = new URLSearchParams();
    for (const [name, value] of new FormData(this.form)) {
      if (typeof value === "string" && name !== "csrfmiddlewaretoken") data.append(name, value);
    }
    return data;
  }

  waiting() {
    return localStorage.getItem(this.key);
  }

  async flush() {
    if (this.sending || !(this.dirty || this.waiting())) return;
    const body = this.dirty ? this.body().toString() : this.waiting();
    clearTimeout(this.timer);
    this.dirty = false;
    this.sending = true;
    try {
      const answer = await fetch(this.form.dataset.draftUrl, {
        method: "POST",
        body,
        keepalive: body.length < 60000,
        headers: {
          "Content-Type": "application/x-www-form-urlencoded;charset=UTF-8",
          "X-CSRFToken": this.form.elements.csrfmiddlewaretoken?.value || "",
          "X-Requested-With": "XMLHttpRequest",
        },
      });
      // a redirect leads to the sign-in page: the session has ended and nothing was kept
      if (answer.ok && !answer.redirected) this.kept(await answer.text());
      else this.refused(answer.status);
    } catch {
      this.offline(body);
    } finally {
      this.sending = false;
    }
  }

  kept(text) {
    this.tries = 0;
    localStorage.removeItem(this.key);
    this.form.dataset.dirty = "";
    this.takeVersion(text);
    const time = new Date().toLocaleTimeString("zh-CN", { hour12: false });
    this.say((this.form.dataset.saved || "{time}").replace("{time}", time), false);
  }

  // The server may answer {"version": 4, "draft": "…"}: hidden fields of those names follow it.
  takeVersion(text) {
    let answer = {};
    try { answer = JSON.parse(text); } catch { return; }
    for (const [name, value] of Object.entries(answer)) {
      const field = this.form.elements[name];
      if (field && field.type === "hidden") field.value = value;
    }
  }

  refused(status) {
    if (status >= 500 || status === 429) this.retry();
    this.say(this.form.dataset.failed || "", true);
  }

  offline(body) {
    try { localStorage.setItem(this.key, body); } catch { this.dirty = true; }
    this.say(this.form.dataset.offline || "", true);
    this.retry();
  }

  retry() {
    const wait = RETRY_MS[Math.min(this.tries, RETRY_MS.length - 1)];
    this.tries += 1;
    this.timer = setTimeout(() => { this.dirty = true; this.flush(); }, wait);
  }

  say(text, trouble) {
    if (this.status) {
      this.status.textContent = text;
      this.status.closest(".draft")?.classList.toggle("offline", trouble);
    }
    if (this.spoken && Date.now() - this.spokenAt > SPOKEN_EVERY_MS) {
      this.spoken.textContent = text;
      this.spokenAt = Date.now();
    }
  }
}

document.querySelectorAll("form[data-draft-url]").forEach((form) => new Draft(form));
