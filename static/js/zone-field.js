// Fills in the browser's time zone while the field still holds its default.

const field = document.querySelector("form[data-prefill-zone] input[name=timezone]");
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;

if (field && zone && field.value === field.defaultValue) {
  field.value = zone;
}
