// The button that signs a member of staff out.

import { leave } from "/static/server.js";

const button = document.getElementById("leave");
button.addEventListener("click", () => leave().catch((error) => button.replaceChildren(error.message)));
