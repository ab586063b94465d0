//! What people asked of the bot: presses, commands, forms.

use fake_discord::actors::{Answer, Exchange, Refused};
use fake_discord::ids::Id;
use fake_discord::world::message_flags;
use serde_json::Value;

use super::lots::Lots;
use crate::night::Night;

/// Everything that was asked so far.
#[derive(Default)]
pub struct Asked(Vec<(String, Exchange)>);

impl Asked {
    /// Notes what was asked; `None` where the client does not let them.
    pub fn notes(&mut self, what: String, asked: Result<Exchange, Refused>) -> Option<Exchange> {
        let exchange = asked.ok()?;
        println!("{what}");
        self.0.push((what, exchange.clone()));
        Some(exchange)
    }

    /// Fills in the form that answers, if one does, and submits it, now and then twice.
    pub async fn fills_in(
        &mut self,
        lots: &mut Lots,
        night: &Night,
        who: &str,
        asked: &Exchange,
        words: &str,
    ) {
        let Answer::Modal(form) = asked.answer().await else {
            return;
        };
        let answers: Vec<(String, String)> = form
            .fields()
            .into_iter()
            .enumerate()
            .map(|(at, field)| (field.custom_id, format!("{words}{}", " Again.".repeat(at))))
            .collect();
        let answers: Vec<(&str, &str)> = answers
            .iter()
            .map(|(key, text)| (key.as_str(), text.as_str()))
            .collect();
        for _ in 0..=usize::from(lots.once_in(6)) {
            let submitted = night.member(who).submits(&form, &answers);
            self.notes(format!("{who} submits {}", form.custom_id()), submitted);
        }
    }

    /// Fails on a press, a command or a form that got no answer, or that stays "thinking".
    pub async fn all_are_answered(&self) {
        for (what, asked) in &self.0 {
            match asked.answer().await {
                Answer::Nothing => panic!("{what}: no answer"),
                Answer::Deferred { .. } => {
                    asked.reply().await;
                }
                _ => {}
            }
        }
    }
}

/// Every button on a message by the bot that others than its asker may see.
pub fn buttons(night: &Night) -> Vec<(Id, String)> {
    let state = night.discord.state();
    let bot = state.bot_id();
    let mut all = Vec::new();
    for message in state.messages.values() {
        let stands = message.deleted_at.is_none() && message.flags & message_flags::EPHEMERAL == 0;
        if stands && message.author.user_id() == Some(bot) {
            let rows = message.components.iter();
            let buttons = rows.filter_map(|row| row["components"].as_array()).flatten();
            all.extend(buttons.filter_map(custom_id).map(|id| (message.id, id)));
        }
    }
    all
}

/// What a button is called by, if it can be pressed.
pub fn custom_id(button: &Value) -> Option<String> {
    let can_be_pressed = button["disabled"] != true;
    button["custom_id"]
        .as_str()
        .filter(|_| can_be_pressed)
        .map(str::to_owned)
}
