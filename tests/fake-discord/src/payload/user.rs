//! Users and members.

use serde_json::{Value, json};

use crate::ids::Id;
use crate::world::{State, User};

/// The user object as others see it.
pub fn user(user: &User) -> Value {
    let mut data = json!({
        "id": user.id,
        "username": user.username,
        "discriminator": if user.bot { "0001" } else { "0" },
        "global_name": user.global_name,
        "avatar": user.avatar,
        "avatar_decoration_data": null,
        "banner": null,
        "accent_color": null,
        "public_flags": user.public_flags,
        "flags": user.public_flags,
        "clan": null,
        "primary_guild": null,
        "collectibles": null,
        "display_name_styles": null,
    });
    if user.bot {
        data["bot"] = json!(true);
    }
    data
}

/// The member object with its user. An account that has left gives a member without roles, as old messages show it.
pub fn member_of(state: &State, guild: Id, user_id: Id) -> Value {
    let account = state.users.get(&user_id).map(user);
    let Some(member) = state.member(guild, user_id) else {
        return json!({
            "user": account, "nick": null, "avatar": null, "banner": null, "roles": [], "joined_at": null,
            "deaf": false, "mute": false, "flags": 0, "pending": false, "premium_since": null,
            "communication_disabled_until": null,
        });
    };
    json!({
        "user": account,
        "nick": member.nick,
        "avatar": member.avatar,
        "banner": null,
        "avatar_decoration_data": null,
        "collectibles": null,
        "roles": member.roles,
        "joined_at": member.joined_at,
        "premium_since": member.premium_since,
        "deaf": member.deaf,
        "mute": member.mute,
        "flags": member.flags,
        "pending": member.pending,
        "communication_disabled_until": member.communication_disabled_until,
    })
}
