// The page of subtitles: what is shown by the server comes alive.

import { Room } from "./subtitles/room";

const root = document.querySelector<HTMLElement>("[data-subtitles]");
if (root) void new Room(root).start();
