//! What members of staff prefer in the pages that they work with.

use std::collections::BTreeMap;

use hashbrown::HashMap;
use serde_json::{Map, Value, json};

use super::field_values::boolean;
use super::ids::Slot;

/// The group of preferences about the pages that agents work with.
const LOTUS: &str = "lotus";
/// The group of preferences about the pages that admins work with.
const ADMIN_CENTER: &str = "admin_center";
/// The one preference outside the groups.
const VIEWS: &str = "shared_views_order";

/// What a preference can be.
#[derive(Clone, Copy, Debug)]
enum Kind {
    /// On or off; off or on for who never chose.
    Flag(bool),
    /// The same, and nobody can choose it here.
    Fixed(bool),
    /// `0` is light, `1` dark, `2` as the system.
    Theme,
}

/// Groups, keys and what they are for who never chose: as in the documented example, their order assumed.
const PREFERENCES: [(&str, &str, Kind); 9] = [
    (LOTUS, "agent_workspace_theme_preference", Kind::Theme),
    (
        LOTUS,
        "agent_workspace_theme_preference_for_conversation_panel",
        Kind::Theme,
    ),
    (LOTUS, "keyboard_shortcuts_enabled", Kind::Flag(false)),
    (LOTUS, "macro_shortcuts_enabled", Kind::Flag(false)),
    (LOTUS, "show_onboarding_tooltips", Kind::Flag(true)),
    (LOTUS, "show_reporting_video_tutorial", Kind::Flag(true)),
    (LOTUS, "show_welcome_dialog", Kind::Flag(true)),
    (LOTUS, "two_factor_authentication", Kind::Fixed(false)),
    (
        ADMIN_CENTER,
        "has_admin_center_side_nav_open",
        Kind::Flag(true),
    ),
];

impl Kind {
    fn default(self) -> Value {
        match self {
            Self::Flag(value) | Self::Fixed(value) => json!(value),
            Self::Theme => json!("0"),
        }
    }

    /// The value that was sent, or what it must be.
    fn read(self, sent: &Value) -> Result<Value, &'static str> {
        match self {
            Self::Flag(_) | Self::Fixed(_) => {
                boolean(sent).map(Value::from).ok_or("either true or false")
            }
            Self::Theme => match sent.as_str() {
                Some("0" | "1" | "2") => Ok(sent.clone()),
                _ => Err("one of 0, 1, 2"),
            },
        }
    }
}

/// A preference that was sent with a value of the wrong kind.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct WrongPreference {
    /// Such as `lotus.show_welcome_dialog`.
    pub(crate) path: String,
    pub(crate) must_be: &'static str,
}

/// Preferences that were chosen, by their group and key.
type Chosen = BTreeMap<(&'static str, &'static str), Value>;

/// What was chosen, by whom.
#[derive(Clone, Debug, Default)]
pub(crate) struct Preferences {
    by_slot: HashMap<Slot, Chosen>,
}

impl Preferences {
    /// All preferences of a user.
    pub(crate) fn show(&self, slot: Slot) -> Value {
        let chosen = self.by_slot.get(&slot);
        let value = |group, key| chosen.and_then(|chosen| chosen.get(&(group, key))).cloned();
        let mut all = Map::new();
        for (group, key, kind) in PREFERENCES {
            all.entry(group).or_insert_with(|| json!({}))[key] =
                value(group, key).unwrap_or_else(|| kind.default());
        }
        all.insert(VIEWS.to_owned(), value("", VIEWS).unwrap_or_default());
        Value::Object(all)
    }

    /// Takes what was sent, all of it or nothing; null is what it is for who never chose. Names in `ignored` what cannot be
    /// chosen.
    pub(crate) fn choose(
        &mut self,
        slot: Slot,
        sent: &Map<String, Value>,
        ignored: &mut Vec<String>,
    ) -> Result<(), WrongPreference> {
        let mut changes = Vec::new();
        for (name, value) in sent {
            if name == VIEWS {
                let is_id = |id: &Value| id.is_u64();
                let fits = value.as_array().is_some_and(|ids| ids.iter().all(is_id));
                if !fits && !value.is_null() {
                    return Err(wrong(VIEWS.to_owned(), "an array of integers"));
                }
                changes.push((("", VIEWS), value.clone()));
            } else if [LOTUS, ADMIN_CENTER].contains(&name.as_str()) {
                let Value::Object(group) = value else {
                    return Err(wrong(name.clone(), "a hash"));
                };
                for (key, value) in group {
                    let path = format!("{name}.{key}");
                    let known = PREFERENCES.into_iter().find(|(of, known, kind)| {
                        of == name && known == key && !matches!(kind, Kind::Fixed(_))
                    });
                    let Some((group, key, kind)) = known else {
                        ignored.push(path);
                        continue;
                    };
                    let value = match value {
                        Value::Null => Value::Null,
                        value => kind.read(value).map_err(|must_be| wrong(path, must_be))?,
                    };
                    changes.push(((group, key), value));
                }
            } else {
                ignored.push(name.clone());
            }
        }
        let chosen = self.by_slot.entry(slot).or_default();
        for (place, value) in changes {
            if value.is_null() {
                chosen.remove(&place);
            } else {
                chosen.insert(place, value);
            }
        }
        Ok(())
    }

    pub(super) fn remove(&mut self, slot: Slot) {
        self.by_slot.remove(&slot);
    }
}

fn wrong(path: String, must_be: &'static str) -> WrongPreference {
    WrongPreference { path, must_be }
}
