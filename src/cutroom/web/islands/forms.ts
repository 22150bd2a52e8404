// Small comforts of forms: the strength slider says in words what it will do.

export function startForms(): void {
  for (const slider of document.querySelectorAll<HTMLInputElement>("input[data-words]")) {
    const output = document.querySelector<HTMLOutputElement>(`output[for="${slider.id}"]`);
    const words = (slider.dataset["words"] ?? "").split("|");
    const say = (): void => {
      const last = words.length - 1;
      const share = (slider.valueAsNumber - Number(slider.min)) / (Number(slider.max) - Number(slider.min));
      const word = words[Math.min(last, Math.floor(share * words.length))] ?? "";
      slider.setAttribute("aria-valuetext", word);
      if (output) output.value = word;
    };
    slider.addEventListener("input", say);
    say();
  }
  for (const button of document.querySelectorAll<HTMLButtonElement>("button[data-copy]")) {
    button.hidden = !navigator.clipboard;
    button.addEventListener("click", () => {
      void navigator.clipboard.writeText(button.dataset["copy"] ?? "").then(() => {
        button.textContent = "Copied";
      });
    });
  }
}
