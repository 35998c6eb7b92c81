//! Where the next page of any list is.

use serde_json::Value;

/// The address of the next page, if there is one; Zendesk's lists say so in three ways.
///
/// # Errors
///
/// If there is more and no address.
pub(super) fn next(body: &Value) -> Result<Option<String>, &'static str> {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let needed = |value: &Value| {
        text(value)
            .map(Some)
            .ok_or("the answer says that there is another page, and not where it is")
    };
    // Cursor paging: `links.next` is set on the last page too, so only `has_more` ends the list.
    if let Some(more) = body.pointer("/meta/has_more") {
        return match more {
            Value::Bool(true) => needed(&body["links"]["next"]),
            _ => Ok(None),
        };
    }
    // Incremental exports, by cursor and by time: `next_page` and `after_url` are set on the last page too.
    if let Some(end) = body.get("end_of_stream") {
        return match end {
            Value::Bool(true) => Ok(None),
            _ => needed(body.get("after_url").unwrap_or(&body["next_page"])),
        };
    }
    Ok(text(&body["next_page"]))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::next;

    #[test]
    fn each_way_of_paging_has_its_own_end() {
        let at = |url: &str| Ok(Some(url.to_owned()));
        for (body, expected) in [
            (
                json!({"meta": {"has_more": true}, "links": {"next": "u"}}),
                at("u"),
            ),
            (
                json!({"meta": {"has_more": false}, "links": {"next": "u"}}),
                Ok(None),
            ),
            (
                json!({"end_of_stream": false, "after_url": "u", "after_cursor": "c"}),
                at("u"),
            ),
            (json!({"end_of_stream": true, "after_url": "u"}), Ok(None)),
            (json!({"end_of_stream": false, "next_page": "u"}), at("u")),
            (json!({"next_page": "u", "count": 2}), at("u")),
            (json!({"next_page": null}), Ok(None)),
            (json!({"user": {}}), Ok(None)),
            (json!([1]), Ok(None)),
        ] {
            assert_eq!(next(&body), expected, "{body}");
        }
        assert!(next(&json!({"meta": {"has_more": true}})).is_err());
    }
}
