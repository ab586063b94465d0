//! Sessions and the delivery of events to them.

use std::collections::{BTreeMap, VecDeque};

use serde::Serialize;
use serde_json::{Map, Value, json};
use tokio::sync::mpsc;

use crate::ids::Id;
use crate::permissions::Permissions;
use crate::world::State;

use super::Intents;

/// How many events a session keeps for its resumption. Beyond that a resume cannot be answered.
const BUFFERED_EVENTS: usize = 10_000;

/// Who may hear of an event, besides having asked for it by intent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    /// Every session.
    Application,
    /// Sessions whose shard serves this guild, while the bot is in it.
    Guild(Id),
    /// The same, while the bot can see this channel.
    Channel(Id),
    /// The same, while the bot may read the guild's audit log.
    AuditLogReaders(Id),
}

/// What a connection is told to do.
#[derive(Clone, Debug)]
pub(super) enum Outgoing {
    /// Send this payload.
    Payload(String),
    /// Close with this code, or without any.
    Close(Option<u16>, &'static str),
    /// Cut the connection without a word.
    Drop,
    /// Stay connected and say nothing any more.
    FallSilent,
}

/// A session: lives longer than its connections.
#[derive(Debug)]
pub(super) struct Session {
    pub intents: Intents,
    /// Shard number and count.
    pub shard: (u64, u64),
    pub last_sequence: u64,
    pub buffer: VecDeque<(u64, String)>,
    /// The connection, while there is one, and its number.
    pub line: Option<(u64, mpsc::UnboundedSender<Outgoing>)>,
    /// What the client said about itself at IDENTIFY.
    pub properties: Value,
    pub resumed: u32,
}

#[derive(Serialize)]
struct Dispatch<'a> {
    op: u8,
    s: u64,
    t: &'a str,
    d: &'a Value,
}

impl Session {
    pub fn dispatch(&mut self, event: &str, data: &Value) {
        self.last_sequence += 1;
        let dispatch = Dispatch {
            op: 0,
            s: self.last_sequence,
            t: event,
            d: data,
        };
        // A JSON value always serialises.
        let payload = serde_json::to_string(&dispatch).unwrap_or_default();
        self.buffer.push_back((self.last_sequence, payload.clone()));
        if self.buffer.len() > BUFFERED_EVENTS {
            self.buffer.pop_front();
        }
        self.tell(Outgoing::Payload(payload));
    }

    pub fn tell(&mut self, what: Outgoing) {
        // A broken line is noticed by its own task; until then the buffer keeps what it loses.
        if let Some((_, line)) = &self.line {
            let _ = line.send(what);
        }
    }

    fn serves(&self, guild: Id) -> bool {
        let (shard, count) = self.shard;
        (guild.0 >> 22) % count == shard
    }
}

/// All sessions, and how the gateway behaves towards them.
#[derive(Debug)]
pub struct Hub {
    pub(super) sessions: BTreeMap<String, Session>,
    /// Milliseconds between heartbeats, as announced in HELLO.
    pub(super) heartbeat_interval_ms: u64,
    /// Are heartbeats acknowledged?
    pub(super) acknowledges_heartbeats: bool,
    /// Are new connections taken?
    pub(super) accepts_connections: bool,
    /// How many were not.
    pub(super) turned_away: u64,
    pub(super) connections: u64,
    pub(super) identifies: u64,
    pub(super) minted: u64,
    /// Events of sessions that are over.
    pub(super) past: Vec<String>,
    /// Connections that have not identified yet, by number.
    pub(super) unidentified: BTreeMap<u64, mpsc::UnboundedSender<Outgoing>>,
    /// Fields of events that are still to come, by the events' names.
    pub(super) strange: Vec<(String, Map<String, Value>)>,
}

impl Default for Hub {
    fn default() -> Self {
        Self {
            sessions: BTreeMap::new(),
            // What Discord announces.
            heartbeat_interval_ms: 41_250,
            acknowledges_heartbeats: true,
            accepts_connections: true,
            turned_away: 0,
            connections: 0,
            identifies: 0,
            minted: 0,
            past: Vec::new(),
            unidentified: BTreeMap::new(),
            strange: Vec::new(),
        }
    }
}

impl Hub {
    /// Ends a session; what it was told is still known to [`State::dispatched`].
    pub(super) fn forget(&mut self, session: &str) {
        if let Some(gone) = self.sessions.remove(session) {
            self.past
                .extend(gone.buffer.into_iter().map(|(_, payload)| payload));
        }
    }

    /// What the next event of this name carries in the place of its own fields; asked once.
    pub(super) fn strange_fields_of(&mut self, event: &str) -> Map<String, Value> {
        let next = self.strange.iter().position(|(name, _)| name == event);
        next.map(|at| self.strange.remove(at).1).unwrap_or_default()
    }

    pub(super) fn forget_all(&mut self) {
        for (_, gone) in std::mem::take(&mut self.sessions) {
            self.past
                .extend(gone.buffer.into_iter().map(|(_, payload)| payload));
        }
    }
}

impl State {
    /// Tells every entitled session of an event. A session is entitled when it asked for any of `intent`.
    pub(crate) fn emit(&mut self, event: &'static str, audience: Audience, intent: Intents, data: Value) {
        self.emit_for(event, audience, intent, move |_| data.clone());
    }

    /// Like [`State::emit`] for messages: unless `open`, sessions without the message content intent get them bare.
    pub(crate) fn emit_with_content(
        &mut self,
        event: &'static str,
        audience: Audience,
        intent: Intents,
        data: Value,
        open: bool,
    ) {
        self.emit_for(event, audience, intent, move |intents| {
            if open || intents.contains(Intents::MESSAGE_CONTENT) {
                data.clone()
            } else {
                without_content(&data)
            }
        });
    }

    /// Like [`State::emit`], with the payload depending on the session's intents.
    pub(crate) fn emit_for(
        &mut self,
        event: &'static str,
        audience: Audience,
        intent: Intents,
        data: impl Fn(Intents) -> Value,
    ) {
        let bot = self.bot_id();
        let guild = match audience {
            Audience::Application => None,
            Audience::Guild(guild) | Audience::AuditLogReaders(guild) => Some(guild),
            Audience::Channel(channel) => self.guild_of(channel),
        };
        let present = guild.is_none_or(|guild| self.member(guild, bot).is_some());
        let admitted = match audience {
            Audience::Application | Audience::Guild(_) => true,
            Audience::Channel(channel) => self.can_see(channel, bot),
            Audience::AuditLogReaders(guild) => self
                .guild_permissions(guild, bot)
                .contains(Permissions::VIEW_AUDIT_LOG),
        };
        if !present || !admitted {
            return;
        }
        let strange = self.hub.strange_fields_of(event);
        for session in self.hub.sessions.values_mut() {
            // Direct messages and what belongs to no guild come over the first shard.
            let serves = guild.map_or(session.shard.0 == 0, |guild| session.serves(guild));
            if serves && session.intents.hears(intent) {
                let mut data = data(session.intents);
                if let Value::Object(fields) = &mut data {
                    fields.extend(strange.clone());
                }
                session.dispatch(event, &data);
            }
        }
    }
}

impl Session {
    /// Is this session's shard the one for `guild`?
    pub fn hears_of_guild(&self, guild: Id) -> bool {
        self.serves(guild) && self.intents.contains(Intents::GUILDS)
    }
}

/// A message payload as those see it who may not read messages.
fn without_content(data: &Value) -> Value {
    let mut bare = data.clone();
    let Value::Object(fields) = &mut bare else {
        return bare;
    };
    fields.insert("content".to_owned(), json!(""));
    for list in ["embeds", "attachments", "components"] {
        fields.insert(list.to_owned(), json!([]));
    }
    fields.remove("poll");
    for snapshot in fields
        .get_mut("message_snapshots")
        .and_then(Value::as_array_mut)
        .into_iter()
        .flatten()
    {
        let message = without_content(&snapshot["message"]);
        snapshot["message"] = message;
    }
    if let Some(referenced) = fields
        .get_mut("referenced_message")
        .filter(|referenced| referenced.is_object())
    {
        *referenced = without_content(referenced);
    }
    bare
}
