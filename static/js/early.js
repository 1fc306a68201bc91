// Before the first paint: what only works with script may show itself.
document.documentElement.classList.add("js");
