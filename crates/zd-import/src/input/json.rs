//! Where things are in a JSON text that is known to be well-formed.
//!
//! serde_json reads values, but neither says where they stood nor that a key came twice; the failed file needs the first,
//! the check the second.

use std::ops::Range;

/// A member of an object: where its key (with quotes) and its value stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Member {
    pub(crate) key: Range<usize>,
    pub(crate) value: Range<usize>,
}

/// The members of the object that this text is; none if it is not an object. The text must be well-formed JSON:
/// for another the answer is some answer, never a panic.
pub(crate) fn members(text: &str) -> Option<Vec<Member>> {
    let mut walk = Walk { text, at: 0 };
    walk.blanks();
    walk.accept(b'{').then_some(())?;
    let mut members = Vec::new();
    while walk.separated(b'}', members.is_empty())? {
        let key = walk.value()?;
        walk.blanks();
        walk.accept(b':').then_some(())?;
        let value = walk.value()?;
        members.push(Member { key, value });
    }
    Some(members)
}

/// Where the elements of the array stand that this text is; none if it is not an array. As [`members`].
pub(crate) fn elements(text: &str) -> Option<Vec<Range<usize>>> {
    let mut walk = Walk { text, at: 0 };
    walk.blanks();
    walk.accept(b'[').then_some(())?;
    let mut elements = Vec::new();
    while walk.separated(b']', elements.is_empty())? {
        elements.push(walk.value()?);
    }
    Some(elements)
}

struct Walk<'a> {
    text: &'a str,
    at: usize,
}

impl Walk<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn accept(&mut self, byte: u8) -> bool {
        let accepted = self.peek() == Some(byte);
        self.at += usize::from(accepted);
        accepted
    }

    fn blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            self.at += 1;
        }
    }

    /// Whether another item follows, having stepped over the comma before it or over the end.
    fn separated(&mut self, end: u8, first: bool) -> Option<bool> {
        self.blanks();
        if self.accept(end) {
            return Some(false);
        }
        if !first {
            self.accept(b',').then_some(())?;
        }
        Some(true)
    }

    /// Steps over a value.
    fn value(&mut self) -> Option<Range<usize>> {
        self.blanks();
        let start = self.at;
        let mut depth = 0_u32;
        loop {
            match self.peek()? {
                b'"' => self.string()?,
                b'{' | b'[' => {
                    depth += 1;
                    self.at += 1;
                }
                b'}' | b']' => {
                    depth = depth.checked_sub(1)?;
                    self.at += 1;
                }
                b',' | b':' | b' ' | b'\t' | b'\r' | b'\n' if depth > 0 => self.at += 1,
                b',' | b':' => return None,
                _ => self.scalar(),
            }
            if depth == 0 {
                return Some(start..self.at);
            }
        }
    }

    fn string(&mut self) -> Option<()> {
        self.at += 1;
        loop {
            let rest = self.text.as_bytes().get(self.at..)?;
            let stop = memchr::memchr2(b'"', b'\\', rest)?;
            self.at += stop + 1;
            if rest.get(stop) == Some(&b'"') {
                return Some(());
            }
            self.at += 1;
        }
    }

    fn scalar(&mut self) {
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        let ends = |byte: &u8| b",:]}\" \t\r\n".contains(byte);
        self.at += rest.iter().position(ends).unwrap_or(rest.len());
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;

    #[test]
    fn members_are_found_where_they_stand() {
        let text = r#" { "a\"b" : [1, {"x": "]"}] , "c":null,"d":"" } "#;
        let found = members(text).unwrap();
        let parts: Vec<_> = found
            .iter()
            .map(|member| (&text[member.key.clone()], &text[member.value.clone()]))
            .collect();
        assert_eq!(
            parts,
            [
                (r#""a\"b""#, r#"[1, {"x": "]"}]"#),
                (r#""c""#, "null"),
                (r#""d""#, r#""""#)
            ]
        );
        assert_eq!(members("{}"), Some(Vec::new()));
        assert_eq!(members("[]"), None);
        assert_eq!(elements("[ 1 ,\"a,\"]"), Some(vec![2..3, 5..9]));
    }

    fn any_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            "[a\"\\\\{}\\[\\],: é]{0,6}".prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 24, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::vec(("[a\"\\\\,]{0,3}", inner), 0..4)
                    .prop_map(|members| { Value::Object(members.into_iter().collect()) }),
            ]
        })
    }

    proptest! {
        /// Put together again, the parts are the whole.
        #[test]
        fn the_parts_are_the_whole(value in any_json(), pretty: bool) {
            let text = if pretty { serde_json::to_string_pretty(&value) } else { serde_json::to_string(&value) }.unwrap();
            let part = |range: &Range<usize>| serde_json::from_str::<Value>(&text[range.clone()]).unwrap();
            if let Some(object) = value.as_object() {
                let found = members(&text).unwrap();
                let again = found.iter().map(|member| (part(&member.key).as_str().unwrap().to_owned(), part(&member.value))).collect();
                prop_assert_eq!(object, &again);
            } else if let Some(array) = value.as_array() {
                let again: Vec<Value> = elements(&text).unwrap().iter().map(part).collect();
                prop_assert_eq!(array, &again);
            } else {
                prop_assert_eq!(members(&text), None);
                prop_assert_eq!(elements(&text), None);
            }
        }

        #[test]
        fn any_text_is_survived(text in "[{}\\[\\]\",:\\\\ a1é]{0,30}") {
            members(&text);
            elements(&text);
        }
    }
}
