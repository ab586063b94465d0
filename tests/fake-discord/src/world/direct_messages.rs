//! Direct messages between the bot and a person.

use crate::ids::Id;

use super::{Channel, ChannelKind, State};

impl State {
    /// The direct message channel of `user` with the bot, made when there is none yet (of which no event
    /// tells, since version 8). `None`: no such user, or a bot.
    pub fn open_direct_message(&mut self, user: Id) -> Option<Id> {
        let bot = self.bot_id();
        if self.users.get(&user).is_none_or(|found| found.bot) {
            return None;
        }
        if let Some(known) = self.direct_message_with(user) {
            return Some(known);
        }
        let id = self.next_id();
        let channel = Channel {
            recipients: vec![user, bot],
            ..Channel::new(id, ChannelKind::DirectMessage)
        };
        self.channels.insert(id, channel);
        Some(id)
    }

    /// The direct message channel of `user` with the bot, if there is one.
    pub fn direct_message_with(&self, user: Id) -> Option<Id> {
        self.channels
            .values()
            .find(|channel| channel.kind == ChannelKind::DirectMessage && channel.recipients.contains(&user))
            .map(|channel| channel.id)
    }

    /// Would Discord let the bot write to `user` directly? Not when they closed their messages, nor without a
    /// guild in common (error 50007 for both).
    pub fn takes_direct_messages(&self, user: Id) -> bool {
        let bot = self.bot_id();
        self.users
            .get(&user)
            .is_some_and(|found| !found.closed_dms && !found.bot)
            && self
                .guilds
                .values()
                .any(|guild| guild.members.contains_key(&user) && guild.members.contains_key(&bot))
    }
}
