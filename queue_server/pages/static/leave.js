// The button that signs a member of staff out.

import { post } from "/static/server.js";

document.getElementById("leave").addEventListener("click", async () => {
  try {
    await post("/api/v1/sign-out");
  } finally {
    location.assign("/login");
  }
});
