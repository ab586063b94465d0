//! Interactions as the bot receives them.

use serde_json::{Value, json};

use crate::ids::Id;
use crate::world::{Interaction, InteractionKind, State};

/// How large a file an answer may carry, in bytes.
const ATTACHMENT_SIZE_LIMIT: u64 = 10 * 1024 * 1024;

/// The payload of `INTERACTION_CREATE`.
pub fn interaction_create(state: &State, interaction: &Interaction) -> Value {
    let channel = interaction.channel_id;
    let bot = state.bot_id();
    let mut data = json!({
        "id": interaction.id,
        "application_id": state.application.id,
        "type": interaction.kind as u8,
        "data": interaction.data,
        "channel_id": channel,
        "channel": channel_of(state, channel, interaction.user_id),
        "token": interaction.token,
        "version": 1,
        "locale": "en-US",
        "entitlements": [],
        "entitlement_sku_ids": [],
        "authorizing_integration_owners": integration_owners(interaction.guild_id),
        "context": i32::from(interaction.guild_id.is_none()),
        "attachment_size_limit": ATTACHMENT_SIZE_LIMIT,
        "app_permissions": state.permissions_in(channel, bot),
    });
    if let Some(guild) = interaction.guild_id {
        let features = state
            .guilds
            .get(&guild)
            .map(|guild| guild.features.clone())
            .unwrap_or_default();
        data["guild_id"] = json!(guild);
        data["guild_locale"] = json!("en-US");
        data["guild"] = json!({ "id": guild, "locale": "en-US", "features": features });
        let mut member = super::member_of(state, guild, interaction.user_id);
        member["permissions"] = json!(state.permissions_in(channel, interaction.user_id));
        data["member"] = member;
    } else {
        data["user"] = json!(state.users.get(&interaction.user_id).map(super::user));
    }
    if let Some(message) = interaction
        .message_id
        .and_then(|message| state.messages.get(&message))
    {
        data["message"] = super::message(state, message);
    }
    data
}

/// What a message says about the interaction it answers.
pub fn interaction_metadata(state: &State, interaction: &Interaction) -> Value {
    let mut data = json!({
        "id": interaction.id,
        "type": interaction.kind as u8,
        "user": state.users.get(&interaction.user_id).map(super::user),
        "authorizing_integration_owners": integration_owners(interaction.guild_id),
    });
    if let Some(original) = interaction.original {
        data["original_response_message_id"] = json!(original);
    }
    match interaction.kind {
        InteractionKind::Component => data["interacted_message_id"] = json!(interaction.message_id),
        InteractionKind::ModalSubmit => {
            let trigger = interaction
                .triggered_by
                .and_then(|trigger| state.interactions.get(&trigger));
            data["triggering_interaction_metadata"] =
                json!(trigger.map(|found| interaction_metadata(state, found)));
        }
        InteractionKind::Command | InteractionKind::Autocomplete => {
            let target = &interaction.data["target_id"];
            match interaction.data["type"].as_u64() {
                Some(2) => {
                    data["target_user"] =
                        interaction.data["resolved"]["users"][target.as_str().unwrap_or_default()].clone();
                }
                Some(3) => data["target_message_id"] = target.clone(),
                _ => {}
            }
        }
    }
    data
}

/// Who installed the application where this happens: the guild (0), or for direct messages the bot itself.
pub fn integration_owners(guild: Option<Id>) -> Value {
    match guild {
        Some(guild) => json!({ "0": guild }),
        None => json!({ "0": "0" }),
    }
}

fn channel_of(state: &State, channel: Id, user: Id) -> Value {
    let Some(found) = state.channels.get(&channel) else {
        return Value::Null;
    };
    let mut data = super::channel(state, found);
    if found.guild_id.is_some() {
        data["permissions"] = json!(state.permissions_in(channel, user));
    }
    data
}

/// A member as inside `data.resolved.members`: without user, deaf and mute, with their permissions in the channel.
pub fn resolved_member(state: &State, guild: Id, channel: Id, user: Id) -> Value {
    let mut member = super::member_of(state, guild, user);
    if let Value::Object(fields) = &mut member {
        for left_out in ["user", "deaf", "mute"] {
            fields.remove(left_out);
        }
    }
    member["permissions"] = json!(state.permissions_in(channel, user));
    member
}
