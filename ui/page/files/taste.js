// Presses and forms of the profile. The panel is replaced with every change, so the listeners
// stand on the element around it.
element.addEventListener("click", (event) => {
  const button = event.target.closest("button[type=button][data-action]");
  if (button) trigger("act", { ...button.dataset });
});

element.addEventListener("submit", (event) => {
  event.preventDefault();
  const form = event.target;
  trigger("act", { ...form.dataset, ...Object.fromEntries(new FormData(form)) });
  const fold = form.closest("details");
  if (fold) fold.open = false;
});

// Values that begin with what is being typed, a moment after the last key.
let waiting;
element.addEventListener("input", (event) => {
  if (event.target.name !== "value") return;
  const form = event.target.form;
  clearTimeout(waiting);
  waiting = setTimeout(async () => {
    const found = await server.suggest([form.elements.facet.value, event.target.value]);
    const options = found.map((value) => {
      const option = document.createElement("option");
      option.value = value;
      return option;
    });
    form.querySelector("datalist").replaceChildren(...options);
  }, 150);
});

// What was chosen in a form belongs to the line that stood there before.
watch("value", () => element.querySelectorAll("form").forEach((form) => form.reset()));
