// The undo toast leaves after 10 seconds, but waits while the pointer or the focus is on it.

const SHOWN_MS = 10000;

document.querySelectorAll("[data-toast]").forEach((toast) => {
  const close = () => {
    if (toast.matches(":hover, :focus-within")) setTimeout(close, 2000);
    else toast.remove();
  };
  setTimeout(close, SHOWN_MS);
});
