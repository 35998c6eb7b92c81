//! What members of staff chose for their own screen.

use hashbrown::HashMap;
use serde_json::{Map, Value, json};

use super::ids::Slot;

/// The groups of settings and what they are at first (documented).
fn defaults() -> Map<String, Value> {
    let defaults = json!({
        "admin_center": {"has_admin_center_side_nav_open": true},
        "lotus": {
            "agent_workspace_theme_preference": "0",
            "agent_workspace_theme_preference_for_conversation_panel": "0",
            "keyboard_shortcuts_enabled": false,
            "macro_shortcuts_enabled": false,
            "show_onboarding_tooltips": true,
            "show_reporting_video_tutorial": true,
            "show_welcome_dialog": true,
            "two_factor_authentication": false,
        },
        "shared_views_order": [],
    });
    match defaults {
        Value::Object(defaults) => defaults,
        _ => Map::new(),
    }
}

/// A setting with a value of another type.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct WrongSetting {
    pub(crate) path: String,
    pub(crate) must_be: &'static str,
}

/// The settings of those who changed one.
#[derive(Debug, Default)]
pub(crate) struct Preferences {
    by_slot: HashMap<Slot, Map<String, Value>>,
}

impl Preferences {
    pub(crate) fn of(&self, slot: Slot) -> Map<String, Value> {
        self.by_slot.get(&slot).cloned().unwrap_or_else(defaults)
    }

    /// Changes the settings that are sent; others stay. Names that are not known are ignored and named in `ignored`.
    pub(crate) fn change(
        &mut self,
        slot: Slot,
        sent: &Map<String, Value>,
        ignored: &mut Vec<String>,
    ) -> Result<(), WrongSetting> {
        let mut settings = self.of(slot);
        for (group, sent) in sent {
            let path = format!("settings.{group}");
            match (settings.get_mut(group), sent) {
                (Some(Value::Object(known)), Value::Object(sent)) => {
                    for (name, value) in sent {
                        let path = format!("{path}.{name}");
                        match known.get_mut(name) {
                            None => ignored.push(path),
                            Some(old) => *old = fitting(old, value, path)?,
                        }
                    }
                }
                (Some(Value::Object(_)), _) => {
                    return Err(WrongSetting {
                        path,
                        must_be: "a hash",
                    });
                }
                (Some(old), value) => *old = fitting(old, value, path)?,
                (None, _) => ignored.push(path),
            }
        }
        self.by_slot.insert(slot, settings);
        Ok(())
    }

    pub(super) fn remove(&mut self, slot: Slot) {
        self.by_slot.remove(&slot);
    }
}

/// The value, if it is of the type of the old one; themes are 0, 1 or 2 as texts.
fn fitting(old: &Value, value: &Value, path: String) -> Result<Value, WrongSetting> {
    let must_be = match (old, value) {
        (Value::Bool(_), Value::Bool(_)) => None,
        (Value::Bool(_), _) => Some("a boolean"),
        (Value::String(_), Value::String(text)) if ["0", "1", "2"].contains(&text.as_str()) => None,
        (Value::String(_), _) => Some("0, 1 or 2"),
        (Value::Array(_), Value::Array(items)) if items.iter().all(Value::is_u64) => None,
        _ => Some("an array of integers"),
    };
    match must_be {
        None => Ok(value.clone()),
        Some(must_be) => Err(WrongSetting { path, must_be }),
    }
}
