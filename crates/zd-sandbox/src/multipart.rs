//! Forms with files, as browsers and `curl --form` send them.

use std::convert::Infallible;

use bytes::Bytes;
use futures_util::FutureExt as _;
use futures_util::stream::{self, StreamExt as _};
use multer::Multipart;

/// One field of a form.
#[derive(Debug)]
pub(crate) struct Part {
    pub(crate) name: String,
    pub(crate) file_name: Option<String>,
    pub(crate) content_type: Option<String>,
    pub(crate) data: Bytes,
}

/// The fields of a form that has names; none if the body is no such form.
pub(crate) fn parse(content_type: &str, body: Bytes) -> Option<Vec<Part>> {
    let boundary = multer::parse_boundary(content_type).ok()?;
    let whole = stream::iter([Ok::<_, Infallible>(body)]).fuse();
    // All of the body is there, so nothing ever has to be waited for.
    parts(Multipart::new(whole, boundary)).now_or_never()?.ok()
}

async fn parts(mut form: Multipart<'_>) -> multer::Result<Vec<Part>> {
    let mut parts = Vec::new();
    while let Some(field) = form.next_field().await? {
        let Some(name) = field.name().map(str::to_owned) else {
            continue;
        };
        parts.push(Part {
            name,
            file_name: field.file_name().map(str::to_owned),
            content_type: field.content_type().map(ToString::to_string),
            data: field.bytes().await?,
        });
    }
    Ok(parts)
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use proptest::prelude::{any, proptest};

    use super::parse;

    const TYPE: &str = "multipart/form-data; boundary=XX";
    const FORM: &str = "--XX\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--XX\r\nContent-Disposition: form-data; name=\"f\"; filename=\"p.png\"\r\nContent-Type: image/png\r\n\r\n\0\u{1}\r\n\r\n--XX--\r\n";

    #[test]
    fn reads_fields_and_files() {
        let parts = parse(TYPE, Bytes::from_static(FORM.as_bytes())).unwrap();
        let [text, file] = &*parts else {
            panic!("{parts:?}")
        };
        assert_eq!((&*text.name, &*text.data), ("a", &b"1"[..]));
        assert_eq!(file.file_name.as_deref(), Some("p.png"));
        assert_eq!(file.content_type.as_deref(), Some("image/png"));
        assert_eq!(&*file.data, b"\0\x01\r\n");
    }

    #[test]
    fn what_is_cut_anywhere_is_no_form() {
        let end = FORM.len() - "--\r\n".len();
        for length in 0..end {
            let cut = Bytes::copy_from_slice(&FORM.as_bytes()[..length]);
            assert!(parse(TYPE, cut).is_none(), "{length}");
        }
    }

    #[test]
    fn a_form_needs_a_boundary() {
        for content_type in [
            "",
            "multipart/form-data",
            "text/plain; boundary=XX",
            "\u{0}",
        ] {
            let form = Bytes::from_static(FORM.as_bytes());
            assert!(parse(content_type, form).is_none(), "{content_type:?}");
        }
    }

    proptest! {
        #[test]
        fn garbage_is_refused_and_never_hangs(garbage in any::<Vec<u8>>(), inside in any::<bool>()) {
            let mut body = Vec::new();
            if inside {
                body.extend_from_slice(b"--XX\r\n");
            }
            body.extend(garbage);
            if inside {
                body.extend_from_slice(b"\r\n--XX--\r\n");
            }
            let _whatever = parse(TYPE, body.into());
        }
    }
}
