//! User fields and their options.

use futures_util::TryStreamExt as _;
use zd_model::{
    CustomFieldOption, CustomFieldOptionInput, Nullable, UserField, UserFieldId, UserFieldInput,
    UserFieldType,
};
use zd_users::ErrorKind;
use zd_users::endpoints::ShowManyUserFields;

use super::World;

fn option(value: &str) -> CustomFieldOptionInput {
    let mut option = CustomFieldOptionInput::new();
    option.name = Nullable::Value(value.to_uppercase());
    option.value = Nullable::Value(value.to_owned());
    option
}

pub(super) async fn story(world: &World) {
    let fields = world.admin.user_fields();
    let mut definition = UserFieldInput::new();
    definition.key = Nullable::Value("mood".to_owned());
    definition.title = Nullable::Value("Mood".to_owned());
    definition.r#type = Nullable::Value(UserFieldType::Dropdown);
    definition.custom_field_options = Nullable::Value(vec![option("merry"), option("calm")]);
    let mood = fields.create(&definition).await.unwrap();
    assert_eq!(fields.get("mood").await.unwrap().id, mood.id);

    let mut change = UserFieldInput::new();
    change.description = Nullable::Value("How they are".to_owned());
    let changed = fields.update(mood.id, &change).await.unwrap();
    assert_eq!(changed.description.as_deref(), Some("How they are"));
    let some = fields
        .show_many(&ShowManyUserFields::new(["mood", "seats"]))
        .await
        .unwrap();
    assert_eq!(some.len(), 2);

    let wild = fields
        .create_or_update_option(mood.id, &option("wild"))
        .await
        .unwrap();
    let id = *wild.id.value().unwrap();
    let shown = fields.option(mood.id, id).await.unwrap();
    assert_eq!(shown.value.as_deref(), Some("wild"));
    let all: Vec<CustomFieldOption> = fields
        .options(mood.id)
        .stream()
        .try_collect()
        .await
        .unwrap();
    assert_eq!(all.len(), 3);
    fields.delete_option(mood.id, id).await.unwrap();
    assert_eq!(
        fields.option(mood.id, id).await.unwrap_err().kind(),
        ErrorKind::NotFound
    );

    let listed: Vec<UserField> = fields.list().stream().try_collect().await.unwrap();
    let mut order: Vec<UserFieldId> = listed.iter().map(|field| field.id).collect();
    order.reverse();
    fields.reorder(&order).await.unwrap();
    let again: Vec<UserField> = fields.list().stream().try_collect().await.unwrap();
    let mut by_position = again;
    by_position.sort_by_key(|field| field.position.value().copied());
    assert_eq!(by_position[0].id, order[0]);

    fields.delete(mood.id).await.unwrap();
    assert_eq!(
        fields.get(mood.id).await.unwrap_err().kind(),
        ErrorKind::NotFound
    );
}
