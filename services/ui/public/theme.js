// Before the first paint, so that a dark page never flashes white; a file of its own because the content security policy allows no inline script.
try {
  const chosen = localStorage.getItem('millrace.theme')
  if (chosen === 'light' || chosen === 'dark') document.documentElement.dataset.theme = chosen
} catch {
  // Storage is switched off: the system's theme it is.
}
