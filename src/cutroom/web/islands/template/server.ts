// What is asked of the server.

import { type Fault, type Json, type Layout, type Members, Trouble } from "./model";

interface Refusal {
  message?: string;
  hint?: string;
  code?: string;
  details?: { errors?: Fault[]; count?: number };
}

export interface Saved {
  templateId: string;
  version: number;
}

export interface Layers {
  schema: Members;
  layers: Record<string, { title: string; summary: string; example: Json }>;
}

const SEE_THROUGH = /^(transparent|#[0-9a-f]{3}[0-9a-e]|#[0-9a-f]{6}(?!ff)[0-9a-f]{2})$/i;

async function ask(method: string, address: string, body?: unknown): Promise<Response> {
  let answer: Response;
  try {
    answer = await fetch(address, {
      method,
      headers: body === undefined ? {} : { "Content-Type": "application/json", Accept: "application/json" },
      body: body === undefined ? null : JSON.stringify(body),
    });
  } catch {
    throw new Trouble("The server does not answer. Try again in a moment; nothing typed here is lost.", 0);
  }
  if (answer.ok) return answer;
  if (answer.status === 401 || answer.redirected) throw new Trouble("You are signed out. Sign in in another tab, then try again; nothing typed here is lost.", 401);
  const said = (await answer.json().catch(() => ({}))) as Refusal;
  const message = [said.message ?? `The server refused it (${answer.status}).`, said.hint ?? ""].join(" ").trim();
  throw new Trouble(message, answer.status, said.code, said.details?.errors, said.details?.count);
}

async function data<Kind>(method: string, address: string, body?: unknown): Promise<Kind> {
  const answer = await ask(method, address, body);
  return ((await answer.json()) as { data: Kind }).data;
}

/** Return the frame as a picture; one that lets something through as a PNG. */
export async function drawFrame(template: Members, input: Members, time: number, width: number): Promise<Blob> {
  const format = SEE_THROUGH.test(String(template["background"] ?? "")) ? "png" : "jpg";
  const answer = await ask("POST", "/api/video/preview", { template, input, time, width, format });
  return answer.blob();
}

export async function layOut(template: Members, input: Members): Promise<Layout> {
  return (await (await ask("POST", "/templates/editor/timeline", { template, input })).json()) as Layout;
}

/** Return the form of a document's inputs as HTML. */
export async function writeFields(template: Members, input: Members): Promise<string> {
  return (await ask("POST", "/templates/editor/fields", { template, input })).text();
}

export async function readSchema(): Promise<Layers> {
  return (await (await ask("GET", "/templates/editor/schema.json")).json()) as Layers;
}

export async function save(id: string, version: number, name: string, template: Members): Promise<Saved> {
  const { template: saved } = id
    ? await data<{ template: Saved }>("PATCH", `/api/templates/${id}`, { template, version })
    : await data<{ template: Saved }>("POST", "/api/templates", { name, template });
  return saved;
}

export async function render(body: Members): Promise<string> {
  return (await data<{ jobId: string }>("POST", "/api/video/generate", body)).jobId;
}

/** Return a page of ours, as a document whose parts can be taken. */
export async function readPage(address: string): Promise<Document> {
  return new DOMParser().parseFromString(await (await ask("GET", address)).text(), "text/html");
}
