// What HTML has not: the list as it grows, copying, keys. The page works without it.

const longestPause = 500; // milliseconds between two readings of the page while requests keep arriving
const byID = (id) => document.getElementById(id);
const live = byID('live');
document.documentElement.classList.add('scripted');

/** Tells a screen reader, and nobody else. */
const say = (text) => { byID('news').textContent = text; };

/** Reads a page of the mock. XMLHttpRequest parses it: no text is ever made markup here. */
const read = (url) => new Promise((resolve, reject) => {
  const request = new XMLHttpRequest();
  request.open('GET', url);
  request.responseType = 'document';
  request.setRequestHeader('Accept', 'text/html');
  request.onload = () => (request.response ? resolve(request.response) : reject(new Error(`status ${request.status}`)));
  request.onerror = () => reject(new Error('the mock does not answer'));
  request.send();
});

/** Brings a list up to date row by row, so that rows that stay keep focus and selection. */
const updateRows = (rows, fresh) => {
  const known = new Map([...rows.children].map((row) => [row.firstElementChild.id, row]));
  let at = rows.firstElementChild;
  for (const row of [...fresh.children]) {
    const same = known.get(row.firstElementChild.id);
    if (same && same.isEqualNode(row)) {
      if (same === at) at = at.nextElementSibling;
      else rows.insertBefore(same, at);
    } else {
      rows.insertBefore(document.adoptNode(row), at);
    }
  }
  while (at) {
    const gone = at;
    at = at.nextElementSibling;
    gone.remove();
  }
};

/** Finds in a new element what had the focus in the old one. */
const namesake = (focused, fresh) => (focused.id && byID(focused.id))
  || [...fresh.querySelectorAll('a, button')].find((one) => ['href', 'value', 'data-copy'].every((a) => one.getAttribute(a) === focused.getAttribute(a)));

/** Puts an element of a page that was read in the place of its namesake. What is open, chosen and focused stays so. */
const replace = (id, page) => {
  const old = byID(id);
  const fresh = page.getElementById(id);
  if (!old || !fresh || old.isEqualNode(fresh)) return;
  const focused = old.contains(document.activeElement) ? document.activeElement : null;
  const rows = old.querySelector(':scope > .rows');
  const freshRows = fresh.querySelector(':scope > .rows');
  if (rows && freshRows) {
    updateRows(rows, freshRows);
    while (rows.nextSibling) rows.nextSibling.remove();
    while (freshRows.nextSibling) old.append(document.adoptNode(freshRows.nextSibling));
  } else if (old.matches('select')) {
    if (focused) return;
    const { value } = old;
    old.replaceWith(document.adoptNode(fresh));
    fresh.value = value;
  } else {
    for (const { id: open } of old.querySelectorAll('details[open]')) page.getElementById(open)?.setAttribute('open', '');
    old.replaceWith(document.adoptNode(fresh));
  }
  if (focused && !focused.isConnected) (namesake(focused, byID(id)) ?? byID('requests-title')).focus({ preventScroll: true });
};

// The list, as it grows.

let reading = false;
let again = false;
let pressed = false; // a click needs the element that the press began on
for (const type of ['pointerdown', 'pointermove', 'pointerup', 'pointercancel']) {
  addEventListener(type, ({ buttons }) => { pressed = buttons > 0; });
}

// A delivery changes without a request that the stream tells of.
let soon = 0;
const refreshSoon = () => {
  clearTimeout(soon);
  if (document.querySelector('[data-soon]')) soon = setTimeout(() => (document.hidden ? refreshSoon() : refresh()), 1000);
};

const refresh = async () => {
  if (reading) {
    again = true;
    return;
  }
  reading = true;
  const url = location.href;
  try {
    const page = await read(url);
    if (pending || pressed) {
      again = true;
    } else if (url === location.href) {
      for (const { id } of document.querySelectorAll('[data-live]')) {
        if (id !== 'list' || !('still' in document.body.dataset)) replace(id, page);
      }
      const answered = page.querySelector('#request:not([data-unanswered])');
      if (answered && document.querySelector('#request[data-unanswered]') && !byID('edit').open) replace('beside', page);
    }
  } catch {
    // The stream tells when the mock is back.
  }
  await new Promise((resolve) => { setTimeout(resolve, longestPause); });
  reading = false;
  refreshSoon();
  if (again) {
    again = false;
    refresh();
  }
};

// A screen reader is told once it is quiet for two seconds, and every half minute while it is not.

let unsaid = [];
let saying = 0;
let saidAt = 0;

const sayNews = () => {
  const refused = unsaid.filter((event) => event.status >= 400).length;
  const last = unsaid.at(-1);
  say(`${unsaid.length === 1 ? '1 request' : `${unsaid.length} requests`}${refused ? `, ${refused} refused` : ''}; the last: ${last.status ?? 'no answer'} ${last.reason ?? ''}`);
  unsaid = [];
  saidAt = Date.now();
};

const note = (event) => {
  if (event.type === 'forgotten') return;
  if (unsaid.length === 1000) unsaid.shift();
  unsaid.push(event);
  clearTimeout(saying);
  saying = setTimeout(sayNews, Math.max(0, Math.min(2000, saidAt + 30000 - Date.now())));
};

let stream = null;

const show = (text, on) => {
  if (live.textContent === text) return;
  live.textContent = text;
  live.classList.toggle('on', on);
  if (!on) say(text);
};

const connect = () => {
  if (stream || document.hidden) return;
  stream = new EventSource(document.body.dataset.events);
  stream.onopen = () => {
    show('live', true);
    refresh(); // what came between the page and the stream
  };
  stream.onmessage = ({ data }) => {
    note(JSON.parse(data));
    refresh();
  };
  stream.onerror = () => {
    show('The mock does not answer: trying again …', false);
    if (stream.readyState === EventSource.CLOSED) { // it was refused, so that the browser has given up
      disconnect();
      setTimeout(connect, 2000);
    }
  };
};

const disconnect = () => {
  stream?.close();
  stream = null;
};

document.addEventListener('visibilitychange', () => (document.hidden ? disconnect() : connect()));
addEventListener('pagehide', disconnect);
addEventListener('pageshow', connect);
connect();

// A request is shown without reading the whole page anew.

let shown = location.pathname + location.search;
let opening = 0;
let pending = 0; // requests that are being opened: the list must not go back to the one before

/** Asks whether an edited request may be left. */
const mayLeave = () => {
  const isEdited = [...document.querySelectorAll('#edit :is(textarea, input)')]
    .some((field) => (field.type === 'checkbox' ? field.checked !== field.defaultChecked : field.value !== field.defaultValue));
  return !isEdited || confirm('Leave the request that you edited?');
};

const open = async (url, { isNew = true, focus = 'request-title' } = {}) => {
  opening += 1;
  pending += 1;
  const mine = opening;
  try {
    const page = await read(url);
    if (mine !== opening) return; // another one was opened meanwhile
    if (isNew) history.pushState(null, '', url);
    shown = location.pathname + location.search;
    document.title = page.title;
    document.body.className = page.body.className;
    for (const id of ['failure', 'list', 'beside', 'filter']) replace(id, page);
    for (const form of document.querySelectorAll('form[method=post]')) form.action = url;
    const target = [focus, 'request-title', 'requests-title'].map(byID).find((one) => one?.checkVisibility());
    target.focus();
    target.scrollIntoView({ block: 'nearest' }); // it can have had the focus before
  } catch {
    location.assign(url);
  } finally {
    pending -= 1;
  }
};

addEventListener('popstate', () => {
  if (location.pathname + location.search === shown) return; // a place on the page
  const last = byID('request')?.dataset.id;
  open(location.href, { isNew: false, focus: `row-${last}` });
});

document.addEventListener('click', (event) => {
  const link = event.target.closest('a');
  if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  if (link.matches('.rows a')) {
    event.preventDefault();
    if (!link.hasAttribute('aria-current') && mayLeave()) open(link.href);
  } else if (link.hash === '#edit-body') {
    byID('edit').open = true;
  }
});

// Filters are applied at once, and the address has no empty ones.

document.addEventListener('change', (event) => {
  if (event.target.matches('#filter select, #filter [type=checkbox]')) event.target.form.requestSubmit();
});
document.addEventListener('formdata', (event) => {
  if (event.target.id !== 'filter') return;
  for (const [name, value] of [...event.formData]) if (value === '') event.formData.delete(name);
});

// A form reads the page anew. The focus goes back to where it was, or to the request that was sent.

const focusKey = 'focus';
document.addEventListener('submit', (event) => {
  const button = event.submitter;
  if (button?.dataset.confirm && !confirm(button.dataset.confirm)) {
    event.preventDefault();
    return;
  }
  const sends = button?.value?.startsWith('resend');
  sessionStorage.setItem(focusKey, sends ? 'request-title' : document.activeElement.id || button?.value || '');
});
const focused = sessionStorage.getItem(focusKey);
sessionStorage.removeItem(focusKey);
if (focused) (byID(focused) ?? [...document.querySelectorAll('button')].find((button) => button.value === focused))?.focus();

// Copying.

const copy = async (button) => {
  const from = byID(button.dataset.copy);
  try {
    await navigator.clipboard.writeText(from.textContent);
    say('Copied');
    const label = button.firstChild;
    button.dataset.label ??= label.data;
    label.data = 'Copied';
    clearTimeout(button.timer);
    button.timer = setTimeout(() => { label.data = button.dataset.label; }, 1500);
  } catch { // a browser lets no page copy that came over the network without TLS
    from.closest('details')?.setAttribute('open', '');
    getSelection().selectAllChildren(from);
    say('Selected: copy it with the keyboard');
  }
};

document.addEventListener('click', (event) => {
  const button = event.target.closest('button');
  if (button?.dataset.copy) copy(button);
  if (button?.dataset.open) byID(button.dataset.open).showModal();
});

// Keys.

const shortcuts = byID('shortcuts');
shortcuts.checked = localStorage.getItem('shortcuts') !== 'off';
shortcuts.addEventListener('change', () => localStorage.setItem('shortcuts', shortcuts.checked ? 'on' : 'off'));

const step = (by) => {
  const rows = [...document.querySelectorAll('.rows a')];
  const at = rows.findIndex((row) => row.hasAttribute('aria-current'));
  const row = rows[at < 0 ? 0 : at + by];
  if (!row || !mayLeave()) return;
  rows[at]?.removeAttribute('aria-current'); // at once: the next press goes on from here
  row.setAttribute('aria-current', 'true');
  row.focus();
  open(row.href, { focus: row.id });
};

const keys = {
  j: () => step(1),
  k: () => step(-1),
  '/': () => byID('text').focus(),
  r: () => byID('resend')?.click(),
  c: () => byID('copy-curl')?.click(),
  '?': () => byID('keyboard').showModal(),
};

document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape' && event.target.id === 'text') event.target.blur();
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || document.querySelector('dialog[open]')) return;
  if (event.target.closest('input:not([type=checkbox]), textarea, select') || !(shortcuts.checked || event.key === '?')) return;
  const act = keys[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});
