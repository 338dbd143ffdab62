// A slip's code stands behind the # of its address, which a browser keeps to itself: here it is handed in to be checked.

const code = location.hash.slice(1);
if (code) {
  const there = new URL(location.href);
  there.hash = "";
  there.searchParams.set("code", code);
  location.replace(there);
}
