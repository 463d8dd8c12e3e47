// What a ticket's code looks like. Whether it opens the door is for the server to say.

export function looksLikeTicket(text) {
  return /^cvt_[A-Za-z0-9_-]{43}$/.test(text);
}
