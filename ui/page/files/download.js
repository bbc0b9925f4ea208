(text) => {
  const link = document.createElement("a");
  const address = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  link.href = address;
  link.download = "palate-profile.json";
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 1000);
}
