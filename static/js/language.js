// The switch to another language: what stands after # may be a key that the server never sees, so it goes along from here.

for (const other of document.querySelectorAll("a[hreflang]")) {
  for (const press of ["click", "auxclick"]) {
    other.addEventListener(press, () => {
      if (other instanceof HTMLAnchorElement) other.hash = location.hash;
    });
  }
}
