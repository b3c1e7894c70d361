// Where the operator's session is over, the sign-in page says so.

export function leave() {
  const language = new URLSearchParams(location.search).get("lang");
  location.assign(`/auth/login?note=ended${language ? `&lang=${encodeURIComponent(language)}` : ""}`);
}
