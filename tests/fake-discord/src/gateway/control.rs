//! What a test may do to the gateway: outages, lost heartbeats, forgotten sessions, closing codes.

use serde_json::{Value, json};

use crate::world::State;

use super::Intents;
use super::hub::Outgoing;

/// A session as a test sees it.
#[derive(Clone, Debug)]
pub struct SessionInfo {
    /// Session id.
    pub id: String,
    /// What it asked to hear of.
    pub intents: Intents,
    /// Shard number and count.
    pub shard: (u64, u64),
    /// Is a client connected to it now?
    pub connected: bool,
    /// Number of the last event.
    pub last_sequence: u64,
    /// How often it was resumed.
    pub resumed: u32,
    /// The `properties` of IDENTIFY.
    pub properties: Value,
}

impl State {
    /// All sessions, those without a connection included.
    pub fn sessions(&self) -> Vec<SessionInfo> {
        let info = |(id, session): (&String, &super::hub::Session)| SessionInfo {
            id: id.clone(),
            intents: session.intents,
            shard: session.shard,
            connected: session.line.is_some(),
            last_sequence: session.last_sequence,
            resumed: session.resumed,
            properties: session.properties.clone(),
        };
        self.hub.sessions.iter().map(info).collect()
    }

    /// How often a client has begun a session since the start.
    pub fn identifies(&self) -> u64 {
        self.hub.identifies
    }

    /// Every event payload sent to any session so far, as JSON text (`{"op": 0, "t": …, "d": …}`): for a judge who
    /// reads each with a client library's own types.
    pub fn dispatched(&self) -> Vec<String> {
        let current = self.hub.sessions.values().flat_map(|session| &session.buffer);
        self.hub
            .past
            .iter()
            .cloned()
            .chain(current.map(|(_, payload)| payload.clone()))
            .collect()
    }

    /// Closes every connection with this code.
    pub fn close_gateway(&mut self, code: u16) {
        self.tell_all(&Outgoing::Close(Some(code), "Closed on demand."));
    }

    /// Closes every connection with a frame that names no code.
    pub fn close_gateway_without_code(&mut self) {
        self.tell_all(&Outgoing::Close(None, ""));
    }

    /// Cuts every connection without a close frame.
    pub fn drop_gateway(&mut self) {
        self.tell_all(&Outgoing::Drop);
    }

    /// Every connection stays open and carries nothing any more, neither events nor acknowledgements: a dead peer behind
    /// a line that looks alive. Connections made from now on are well.
    pub fn gateway_falls_silent(&mut self) {
        self.tell_all(&Outgoing::FallSilent);
    }

    /// Op 7: asks every client to reconnect and resume.
    pub fn ask_to_reconnect(&mut self) {
        self.tell_all(&Outgoing::Payload(
            json!({ "op": 7, "s": null, "t": null, "d": null }).to_string(),
        ));
    }

    /// Op 9: the session is invalid. Unless `resumable`, it is forgotten.
    pub fn invalidate_sessions(&mut self, resumable: bool) {
        self.tell_all(&Outgoing::Payload(
            json!({ "op": 9, "s": null, "t": null, "d": resumable }).to_string(),
        ));
        if !resumable {
            // The connections stay: a client may identify again on the same one.
            self.hub.forget_all();
        }
    }

    /// Forgets every session, so that the next RESUME is answered by op 9. Open connections are cut.
    pub fn forget_sessions(&mut self) {
        self.drop_gateway();
        self.hub.forget_all();
    }

    /// Milliseconds between heartbeats, told to connections made from now on. Discord's is 41250.
    pub fn set_heartbeat_interval(&mut self, milliseconds: u64) {
        self.hub.heartbeat_interval_ms = milliseconds;
    }

    /// Whether heartbeats are acknowledged. Without it a client must take the connection for dead.
    pub fn acknowledge_heartbeats(&mut self, acknowledge: bool) {
        self.hub.acknowledges_heartbeats = acknowledge;
    }

    /// Whether new connections are taken; otherwise the handshake is answered 503, as in an outage.
    pub fn accept_connections(&mut self, accept: bool) {
        self.hub.accepts_connections = accept;
    }

    /// How many connections were answered 503.
    pub fn turned_away(&self) -> u64 {
        self.hub.turned_away
    }

    /// Sends an event of any name and content to every session, whatever their intents.
    pub fn dispatch(&mut self, event: &str, data: &Value) {
        for session in self.hub.sessions.values_mut() {
            session.dispatch(event, data);
        }
    }

    /// The next event of this name carries these fields in the place of its own: what Discord may send one day, or what a
    /// client library does not expect. Nothing else in the world changes.
    ///
    /// # Panics
    /// When `fields` is no object.
    pub fn next_event_is_strange(&mut self, event: &str, fields: Value) {
        let Value::Object(fields) = fields else {
            panic!("the fields of an event are an object");
        };
        self.hub.strange.push((event.to_owned(), fields));
    }

    fn tell_all(&mut self, what: &Outgoing) {
        for session in self.hub.sessions.values_mut() {
            session.tell(what.clone());
        }
        for line in self.hub.unidentified.values() {
            // A connection that is already gone needs no telling.
            let _ = line.send(what.clone());
        }
    }
}
