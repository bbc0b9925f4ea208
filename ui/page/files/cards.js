// One listener for all cards: the cards themselves are replaced with every answer.
element.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-action]");
  if (button) trigger("act", { ...button.dataset });
});
