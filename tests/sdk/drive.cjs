// Calls every event, RSVP, room and file function of the SDK against a server of ours on loopback and
// prints, as JSON, what each asked for and what came of it. Its session is stubbed: an API key stands
// in the place of an access token, and no other host can be reached.
//
// Environment: SOCIAL_URL (…/social), SOCIAL_KEY, SOCIAL_USER, SOCIAL_COMMUNITY and SOCIAL_EVENT, ids
// of the key's user, of a community of their organisation, and of an event there that nobody made and
// two guests without an account answered.
'use strict';

const { File } = require('node:buffer');
const Module = require('node:module');
const net = require('node:net');

// --- What is not there under Node ---------------------------------------------------------------

globalThis.crypto ??= require('node:crypto').webcrypto; // there since Node 20
const stored = new Map();
const STUBS = {
  'react-native': { Platform: { OS: 'web' }, AppState: { addEventListener: () => ({ remove() {} }) } },
  '@react-native-async-storage/async-storage': {
    getItem: async key => stored.get(key) ?? null,
    setItem: async (key, value) => void stored.set(key, value),
    removeItem: async key => void stored.delete(key),
  },
};
const load = Module._load;
Module._load = (name, ...rest) => STUBS[name] ?? load(name, ...rest);

// --- Nobody but our server ----------------------------------------------------------------------

const { SOCIAL_URL, SOCIAL_KEY, SOCIAL_USER, SOCIAL_COMMUNITY, SOCIAL_EVENT } = process.env;
const strangers = [];
const connect = net.Socket.prototype.connect;
net.Socket.prototype.connect = function (...given) {
  const [first] = Array.isArray(given[0]) ? given[0] : given;
  const where = `${first.host}:${first.port}`;
  if (where !== new URL(SOCIAL_URL).host) {
    strangers.push(where);
    throw new Error(`${where} is not to be reached`);
  }
  return connect.apply(this, given);
};
for (const said of ['log', 'warn', 'error']) console[said] = () => {};

// --- The client ---------------------------------------------------------------------------------

const axios = require('axios');
const sdk = require('@amityco/ts-sdk-react-native');
const { EventRepository, RoomRepository, RoomPresenceRepository, FileRepository } = sdk;

const client = sdk.Client.createClient('no key of the vendor', 'sg', {
  apiEndpoint: { http: SOCIAL_URL, upload: SOCIAL_URL, mqtt: 'mqtt://nowhere.invalid' },
  rteEnabled: false,
});
client.userId = SOCIAL_USER;

const names = new Map([
  [SOCIAL_USER, '{userId}'],
  [SOCIAL_COMMUNITY, '{communityId}'],
  [SOCIAL_EVENT, '{eventId}'],
]);
let requests = [];
const named = text => [...names].reduce((told, [id, name]) => told.replaceAll(id, name), text);
const parameters = config => {
  const asked = new URL(axios.getUri(config)).searchParams;
  const told = [...asked].map(([key, value]) => `${key}=${/token/.test(key) ? '…' : value}`);
  return told.length ? `?${told.join('&')}` : '';
};
const send = axios.getAdapter('http');
for (const transport of [client.http, client.upload]) {
  transport.defaults.headers.common.Authorization = `Bearer ${SOCIAL_KEY}`;
  transport.defaults.adapter = async config => {
    const request = { asked: `${config.method.toUpperCase()} ${config.url}${parameters(config)}` };
    requests.push(request);
    try {
      const response = await send(config);
      request.status = response.status;
      return response;
    } catch (error) {
      request.status = error.response?.status ?? error.code;
      throw error;
    }
  };
}

// --- Calling ------------------------------------------------------------------------------------

const table = [];
const untilIdle = () => new Promise(resolve => setImmediate(resolve));

async function call(name, run) {
  requests = [];
  let outcome;
  try {
    outcome = await run();
  } catch (error) {
    outcome = `${error.constructor.name} ${error.code}`;
    if (error.type !== 'ASC') outcome = `${error.constructor.name} ${error.message}`;
  }
  await untilIdle();
  const made = requests.map(({ asked, status }) => `${named(asked)} → ${status}`);
  const often = [...new Set(made)].map(one => {
    const times = made.filter(each => each === one).length;
    return times > 1 ? `${one} (${times} times)` : one;
  });
  table.push([name, often.join('<br>') || 'nothing', named(String(outcome ?? 'done'))]);
}

// The first answer of the server to a live object that is not remembered.
const observed = (observe, id) => {
  client.cache.data = {};
  return new Promise((resolve, reject) => {
    const stop = observe(id, ({ data, loading, origin, error }) => {
      if (loading || origin === 'event') return;
      setImmediate(() => stop());
      if (error) reject(error);
      else resolve(data);
    });
  });
};

// The sizes of all pages of a live collection, one after the other.
const pages = (observe, params) =>
  new Promise((resolve, reject) => {
    const sizes = [];
    let before = 0;
    const stop = observe(params, ({ data, loading, error, hasNextPage, onNextPage }) => {
      if (loading) return;
      if (error) return reject(error);
      sizes.push(data.length - before);
      before = data.length;
      if (hasNextPage) return setImmediate(onNextPage);
      setImmediate(() => stop());
      resolve(`pages of ${sizes.join(', ')}`);
    });
  });

const LINKS = ['creator', 'targetCommunity', 'coverImage', 'post', 'room', 'user', 'community', 'event'];
const linked = data => ['data', ...LINKS.filter(name => data[name])].join(', ');

const PIXEL =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const form = (field, content, name) => {
  const made = new FormData();
  made.append(field, new File([content], name));
  return made;
};
const image = field => form(field, Buffer.from(PIXEL, 'base64'), 'lawn.png');
const unread = field => form(field, 'no image', 'a.bin');

// --- Everything ---------------------------------------------------------------------------------

async function files() {
  const { data: [kept] } = await FileRepository.uploadImage(image('file'));
  names.set(kept.fileId, '{fileId}');
  await call('FileRepository.uploadImage', async () => {
    const { data: [file] } = await FileRepository.uploadImage(image('file'), () => {}, 'A lawn');
    return `${file.type}, ${file.altText}`;
  });
  await call('FileRepository.uploadFile (an image)', async () => {
    const { data: [file] } = await FileRepository.uploadFile(image('files'));
    names.set(file.fileId, '{otherFileId}');
    return `${file.type}, ${file.attributes.name}`;
  });
  const [other] = [...names].find(([, name]) => name === '{otherFileId}');
  await call('FileRepository.uploadFile', () => FileRepository.uploadFile(unread('files')));
  await call('FileRepository.uploadVideo', () => FileRepository.uploadVideo(unread('files')));
  await call('FileRepository.uploadClip', () => FileRepository.uploadClip(unread('files')));
  await call('FileRepository.uploadAudio', () => FileRepository.uploadAudio(unread('file')));
  await call('FileRepository.updateAltText', () => FileRepository.updateAltText(other, 'A tree'));
  await call('FileRepository.getFile', async () => {
    const { data } = await FileRepository.getFile(other);
    return `${data.type}, ${data.altText}`;
  });
  await call('FileRepository.fileUrlWithSize', async () => {
    const { fileUrl } = FileRepository.getFile.locally(other).data;
    const sized = await fetch(FileRepository.fileUrlWithSize(fileUrl, 'small'));
    return `${sized.headers.get('content-type')}`;
  });
  await call('FileRepository.deleteFile', async () => {
    const { success } = await FileRepository.deleteFile(other);
    return `success: ${success}`;
  });
  return kept;
}

async function events(cover) {
  const plan = {
    title: 'Supper',
    description: 'Bring a chair',
    type: 'virtual',
    startTime: '2100-01-01T18:00:00.000Z',
    endTime: '2100-01-01T20:00:00.000Z',
    originType: 'community',
    originId: SOCIAL_COMMUNITY,
    externalUrl: 'https://meet.example.org/supper',
    coverImageFileId: cover.fileId,
    tags: ['food'],
    metadata: { timezone: 'Europe/Lisbon' },
  };
  let event;
  await call('EventRepository.createEvent', async () => {
    ({ data: event } = await EventRepository.createEvent(plan));
    names.set(event.eventId, '{eventId}');
    return linked(event);
  });
  await call('EventRepository.createEvent (no title)', () => EventRepository.createEvent({}));
  await call('EventRepository.updateEvent', async () => {
    const { data } = await EventRepository.updateEvent(event.eventId, { title: 'Late supper' });
    return `${linked(data)}: ${data.title}`;
  });
  await call('EventRepository.getEvent', async () =>
    linked(await observed(EventRepository.getEvent, event.eventId)));
  await call('EventRepository.getEvent (unknown)', () =>
    observed(EventRepository.getEvent, '00000000-0000-4000-8000-000000000000'));
  for (const title of ['2', '3', '4', '5']) {
    const { data } = await EventRepository.createEvent({ ...plan, title });
    await data.createRSVP('going');
  }
  await call('EventRepository.getEvents', () =>
    pages(EventRepository.getEvents, { originId: SOCIAL_COMMUNITY, orderBy: 'asc', limit: 2 }));
  await call('event.createRSVP', async () => {
    const response = await event.createRSVP('going');
    return `${linked(response)}: ${response.status}`;
  });
  await call('event.updateRSVP', async () => {
    const response = await event.updateRSVP('not_going');
    return `${linked(response)}: ${response.status}`;
  });
  await call('event.getMyRSVP', async () => linked(await event.getMyRSVP()));
  await call('event.getRSVPs', () =>
    pages((params, told) => event.getRSVPs(params, told), { status: 'not_going' }));
  await call('EventRepository.getRSVPs', () =>
    pages(EventRepository.getRSVPs, { eventId: SOCIAL_EVENT, status: 'going', limit: 1 }));
  await call('EventRepository.getMyEvents', () =>
    pages(EventRepository.getMyEvents, { status: 'going', limit: 3 }));
  return event;
}

async function rooms(event) {
  const title = 'Supper live';
  let room;
  await call('RoomRepository.createRoom (no event)', () => RoomRepository.createRoom({ title }));
  await call('RoomRepository.createRoom', async () => {
    const about = { title, liveChatEnabled: true, metadata: { eventId: event.eventId } };
    ({ data: room } = await RoomRepository.createRoom(about));
    names.set(room.roomId, '{roomId}');
    return `${linked(room)}: ${room.status}`;
  });
  await call('RoomRepository.updateRoom', async () => {
    const address = 'https://stream.example.org/supper.m3u8';
    const change = { status: 'live', livePlaybackUrl: address };
    const { data } = await RoomRepository.updateRoom(room.roomId, change);
    return `${linked(data)}: ${data.status}`;
  });
  await call('RoomRepository.getRoom', async () => {
    room = await observed(RoomRepository.getRoom, room.roomId);
    return linked(room);
  });
  await call('EventRepository.getEvent (with a room)', async () =>
    linked(await observed(EventRepository.getEvent, event.eventId)));
  const { data: more } = await EventRepository.createEvent({ title: 'M', startTime: '2100-01-01' });
  await RoomRepository.createRoom({ title, referenceType: 'event', referenceId: more.eventId });
  await call('RoomRepository.getRooms', () =>
    pages(RoomRepository.getRooms, {
      type: 'directStreaming',
      statuses: ['idle', 'live'],
      sortBy: 'firstCreated',
      limit: 1,
    }));
  for (const name of ['getRoomOnlineUsers', 'getRoomUserCount'])
    await call(`RoomPresenceRepository.${name}`, () => RoomPresenceRepository[name](room.roomId));
  await call('RoomPresenceRepository.startHeartbeat', async () => {
    RoomPresenceRepository.startHeartbeat(room.roomId);
    while (!requests.length || requests.some(each => !each.status)) await untilIdle();
    requests.sort((one, other) => (one.asked < other.asked ? -1 : 1));
    return 'started';
  });
  await call('RoomPresenceRepository.stopHeartbeat', async () => {
    RoomPresenceRepository.stopHeartbeat(room.roomId);
    return 'stopped';
  });
  await call('RoomRepository.AmityRoomAnalytics', async () => {
    const analytics = new RoomRepository.AmityRoomAnalytics(room);
    const session = await analytics.createWatchSession(new Date());
    await analytics.updateWatchSession(session, 5, new Date());
    return 'kept by the SDK';
  });
  await call('RoomRepository.getWatchSessionStorage', async () =>
    `${RoomRepository.getWatchSessionStorage().getPendingSessions().length} kept`);
  await call('RoomRepository.WatchSessionStorage', async () =>
    `${new RoomRepository.WatchSessionStorage().getPendingSessions().length} kept`);
  // Node does not take the key that the SDK signs its reports with.
  crypto.subtle.importKey = async () => ({});
  crypto.subtle.sign = async () => new ArrayBuffer(8);
  await call('RoomRepository.syncWatchSessions', async () =>
    (await RoomRepository.syncWatchSessions()) ? 'sent' : 'kept, and tried twice more');
  await call('room.getLiveChat', () => room.getLiveChat());
  await call('room.createInvitation', () => room.createInvitation(SOCIAL_USER));
  await call('room.getInvitations', () => room.getInvitations());
  await call('RoomRepository.getBroadcasterData', () =>
    RoomRepository.getBroadcasterData(room.roomId));
  await call('RoomRepository.updateCohostPermission', () =>
    RoomRepository.updateCohostPermission(room.roomId, SOCIAL_USER, true));
  await call('RoomRepository.removeParticipant', () =>
    RoomRepository.removeParticipant(room.roomId, SOCIAL_USER));
  await call('RoomRepository.leaveRoom', () => RoomRepository.leaveRoom(room.roomId));
  await call('RoomRepository.getRecordedUrl (none)', () =>
    RoomRepository.getRecordedUrl(room.roomId));
  await call('RoomRepository.stopRoom', async () => {
    const { data } = await RoomRepository.stopRoom(room.roomId);
    return data.status;
  });
  const url = 'https://stream.example.org/supper.mp4';
  const recorded = { status: 'recorded', recordedPlaybackInfos: [{ url, thumbnailUrl: null }] };
  await RoomRepository.updateRoom(room.roomId, recorded);
  await call('RoomRepository.getRecordedUrl', async () => {
    const data = await RoomRepository.getRecordedUrl(room.roomId);
    return data.url;
  });
  await call('RoomRepository.deleteRoom', () => RoomRepository.deleteRoom(room.roomId));
}

async function everything() {
  const cover = await files();
  const event = await events(cover);
  await rooms(event);
  await call('FileRepository.deleteFile (a cover)', () => FileRepository.deleteFile(cover.fileId));
  await call('EventRepository.deleteEvent', () => EventRepository.deleteEvent(event.eventId));
  client.http.defaults.headers.common.Authorization = 'Bearer sk_live_unknown';
  await call('EventRepository.createEvent (no such key)', () => EventRepository.createEvent({}));
}

const REPOSITORIES = { EventRepository, RoomRepository, RoomPresenceRepository, FileRepository };
const exported = Object.entries(REPOSITORIES).flatMap(([name, functions]) =>
  Object.keys(functions)
    // What tells of messages that come by MQTT asks for nothing.
    .filter(each => typeof functions[each] === 'function' && !each.startsWith('on'))
    .map(each => `${name}.${each}`));

everything().then(
  () => {
    process.stdout.write(JSON.stringify({ table, exported, strangers }), () => process.exit(0));
  },
  error => {
    process.stderr.write(`${error.stack}\n`, () => process.exit(1));
  },
);
