//! Definitions of user fields, and their options.

use zd_model::{
    CustomFieldOptionId, CustomFieldOptionInput, UserFieldId, UserFieldInput, UserFieldType,
};
use zd_users::endpoints::ShowManyUserFields;

use super::{NOTHING, cases};

const FIELD: &str = r#"{"user_field": {"url": "https://acme.zendesk.com/api/v2/user_fields/11.json", "id": 11, "type": "dropdown",
    "key": "plan", "title": "Plan", "raw_title": "{{dc.plan}}", "position": 9999, "active": true, "system": false,
    "regexp_for_validation": null, "custom_field_options": [{"id": 5, "name": "Gold", "value": "plan_gold"}]}}"#;
const FIELDS: &str = r#"{"user_fields": [{"id": 11, "key": "plan"}, {"id": 12, "key": "seats"}],
    "next_page": null, "previous_page": null, "count": 2}"#;
const OPTION: &str = r#"{"custom_field_option": {"id": 5, "name": "Gold", "raw_name": "Gold", "value": "plan_gold", "position": 2}}"#;

cases! {
    USER_FIELDS_LIST: user_fields().list().page()
        => "GET /api/v2/user_fields?page%5Bsize%5D=100", 200 FIELDS, |page| {
            assert_eq!(page.user_fields[1].key.as_deref(), Some("seats"));
        }
    USER_FIELDS_SHOW: user_fields().get(UserFieldId::new(11))
        => "GET /api/v2/user_fields/11", 200 FIELD, |field| {
            assert_eq!(field.r#type.value(), Some(&UserFieldType::Dropdown));
            assert_eq!(field.custom_field_options.value().unwrap()[0].value.as_deref(), Some("plan_gold"));
        }
    USER_FIELDS_SHOW: user_fields().get("plan")
        => "GET /api/v2/user_fields/plan", 200 FIELD, |field| {
            assert_eq!(field.position.value(), Some(&9999));
        }
    USER_FIELDS_SHOW_MANY: user_fields().show_many(&ShowManyUserFields::new(["plan", "seats"]))
        => "GET /api/v2/user_fields/show_many?keys=plan%2Cseats", 200 FIELDS, |fields| {
            assert_eq!(fields.len(), 2);
        }
    USER_FIELDS_CREATE: user_fields().create(&plan())
        => r#"POST /api/v2/user_fields {"user_field":{"type":"dropdown","key":"plan","title":"Plan","custom_field_options":[{"name":"Gold","value":"plan_gold"}]}}"#,
            201 FIELD, |field| {
            assert_eq!(field.id, UserFieldId::new(11));
        }
    USER_FIELDS_UPDATE: user_fields().update("plan", &titled())
        => r#"PUT /api/v2/user_fields/plan {"user_field":{"title":"Plan"}}"#, 200 FIELD, |field| {
            assert_eq!(field.title.as_deref(), Some("Plan"));
        }
    USER_FIELDS_DELETE: user_fields().delete(UserFieldId::new(11))
        => "DELETE /api/v2/user_fields/11", 204 NOTHING, |()| {}
    USER_FIELDS_REORDER: user_fields().reorder(&[UserFieldId::new(12), UserFieldId::new(11)])
        => r#"PUT /api/v2/user_fields/reorder {"user_field_ids":[12,11]}"#, 200 NOTHING, |()| {}
    USER_FIELD_OPTIONS_LIST: user_fields().options(UserFieldId::new(11)).page()
        => "GET /api/v2/user_fields/11/options", 200
            r#"{"custom_field_options": [{"id": 5, "name": "Gold", "value": "plan_gold"}], "next_page": null, "previous_page": null, "count": 1}"#, |page| {
            assert_eq!(page.custom_field_options.len(), 1);
        }
    USER_FIELD_OPTIONS_SHOW: user_fields().option(UserFieldId::new(11), CustomFieldOptionId::new(5))
        => "GET /api/v2/user_fields/11/options/5", 200 OPTION, |option| {
            assert_eq!(option.value.as_deref(), Some("plan_gold"));
        }
    USER_FIELD_OPTIONS_CREATE_OR_UPDATE: user_fields().create_or_update_option(UserFieldId::new(11), &gold())
        => r#"POST /api/v2/user_fields/11/options {"custom_field_option":{"name":"Gold","value":"plan_gold"}}"#, 201 OPTION, |option| {
            assert_eq!(option.id.value(), Some(&CustomFieldOptionId::new(5)));
        }
    USER_FIELD_OPTIONS_DELETE: user_fields().delete_option(UserFieldId::new(11), CustomFieldOptionId::new(5))
        => "DELETE /api/v2/user_fields/11/options/5", 204 NOTHING, |()| {}
}

fn gold() -> CustomFieldOptionInput {
    let mut option = CustomFieldOptionInput::new();
    option.name = "Gold".into();
    option.value = "plan_gold".into();
    option
}

fn titled() -> UserFieldInput {
    let mut field = UserFieldInput::new();
    field.title = "Plan".into();
    field
}

fn plan() -> UserFieldInput {
    let mut field = titled();
    field.r#type = UserFieldType::Dropdown.into();
    field.key = "plan".into();
    field.custom_field_options = vec![gold()].into();
    field
}
