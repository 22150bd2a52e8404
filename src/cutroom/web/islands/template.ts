// The page of a template: form, frame, timeline and JSON come alive.

import { Room } from "./template/room";

const root = document.querySelector<HTMLElement>("[data-template]");
if (root) void new Room(root).start();
