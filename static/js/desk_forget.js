/* On the page that asks who you are: whatever pages the desk kept for somebody are thrown away. What is not sent yet stays
   with its writer's name on it (desk_store.js). */
"use strict";

if (self.caches) {
  caches.keys().then((names) => names.filter((name) => name.startsWith("desk-pages-")).forEach((name) => caches.delete(name)));
}
