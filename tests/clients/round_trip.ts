// A program as somebody else would write it against the published document: it makes an event that
// asks for approval, finds it, answers it, lets the guest in and reads what became of it. Prints what
// it saw as JSON. Usage: node round_trip.js BASE_URL
import createClient from "openapi-fetch";
import type { components, paths } from "./schema.js";

type Event = components["schemas"]["EventBody"];

const client = createClient<paths>({ baseUrl: process.argv[2] });

function bearer(token: string): { Authorization: string } {
  return { Authorization: `Bearer ${token}` };
}

function must<T>(answer: { data?: T; error?: components["schemas"]["ErrorBody"] }): T {
  if (answer.error !== undefined) throw new Error(`${answer.error.code}: ${answer.error.detail}`);
  return answer.data as T;
}

const made = must(
  await client.POST("/api/v1/events", {
    body: {
      title: "From TypeScript",
      start_time: "2100-05-01T18:00:00Z",
      format: "in_person",
      max_attendees: 5,
      admin_approval_required: true,
      location: "Elm Street 1",
      channel_name: "Secret Circle",
      channel_visibility: "private",
    },
  }),
);
const owner = bearer(made.admin_token);
const event_id = made.event.id;

const listed = must(
  await client.GET("/api/v1/events", { params: { query: { upcoming: true, q: "TypeScript" } } }),
);
const found: Event | undefined = listed.events.find((each) => each.id === event_id);

const path = { event_id };
const answered = must(
  await client.POST("/api/v1/events/{event_id}/rsvps", {
    params: { path },
    body: { name: "Robin", status: "yes", guest_count: 1 },
  }),
);
// For a whole series the answer is a list of these.
if (!("rsvp" in answered)) throw new Error("one RSVP was asked for");
const decided = must(
  await client.POST("/api/v1/events/{event_id}/rsvps/{rsvp_id}/approve", {
    params: { path: { event_id, rsvp_id: answered.rsvp.id } },
    headers: owner,
  }),
);
const own = must(
  await client.GET("/api/v1/events/{event_id}", {
    params: { path },
    headers: bearer(answered.rsvp.rsvp_token ?? ""),
  }),
);
const refused = await client.PATCH("/api/v1/events/{event_id}", {
  params: { path },
  body: { title: "Mine" },
});

console.log(
  JSON.stringify({
    visible: [found?.location ?? null, found?.channel?.name ?? null, made.event.channel?.name ?? null],
    states: [answered.rsvp.approval_status, decided.rsvp.approval_status],
    log: decided.rsvp.messages.map((each) => each.visibility),
    place: own.event.location,
    coming: own.event.yes_count,
    left: own.event.spots_left,
    guests: own.event.rsvps.map((each) => each.name),
    refused: refused.error?.code ?? null,
  }),
);
