// Standard answers fill their field at once, and an address is copied by a button; without this file the page does both.
document.addEventListener("click", (event) => {
  const chip = event.target.closest("[data-fill]");
  if (chip) {
    event.preventDefault();
    const field = document.getElementById(chip.dataset.fill);
    field.value = chip.dataset.text;
    field.dispatchEvent(new Event("input", { bubbles: true })); // the counter of letters left
    field.focus();
    const blank = field.value.indexOf("【");
    if (blank >= 0) field.setSelectionRange(blank, field.value.indexOf("】", blank) + 1);
  }
  const copier = event.target.closest("[data-copy]");
  if (copier) {
    const field = document.getElementById(copier.dataset.copy);
    field.select();
    const done = () => { copier.textContent = "已复制"; };
    if (navigator.clipboard) navigator.clipboard.writeText(field.value).then(done);
    else if (document.execCommand("copy")) done();
  }
});
document.querySelectorAll("[data-copy][hidden]").forEach((button) => { button.hidden = false; });
