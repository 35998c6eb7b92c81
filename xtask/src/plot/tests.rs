use super::{Bars, Chart};
use crate::plot::scale::{Scale, label};

/// Whether every element ends, in the right order, and attributes are quoted.
fn assert_well_formed(svg: &str) {
    let mut open = Vec::new();
    let mut rest = svg;
    while let Some((text, tail)) = rest.split_once('<') {
        assert!(!text.contains('>'), "a stray bracket in {text:?}");
        for (_, entity) in text.match_indices('&').map(|(at, _)| text.split_at(at)) {
            let known = ["&amp;", "&lt;", "&gt;", "&quot;"];
            assert!(
                known.iter().any(|known| entity.starts_with(known)),
                "{entity:?}"
            );
        }
        let (tag, tail) = tail.split_once('>').expect("a tag that does not end");
        assert!(tag.matches('"').count().is_multiple_of(2), "{tag:?}");
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name), "{svg}");
        } else if !tag.ends_with('/') {
            open.push(tag.split(' ').next().unwrap_or_default());
        }
        rest = tail;
    }
    assert!(open.is_empty(), "{open:?} do not end");
    for nonsense in ["NaN", "inf"] {
        assert!(!svg.contains(nonsense), "{svg}");
    }
}

fn count(svg: &str, element: &str) -> usize {
    svg.matches(&format!("<{element} ")).count()
}

#[test]
fn a_chart_says_what_it_shows() {
    let points: Vec<(f64, f64)> = (0..60).map(|at| (f64::from(at), 690.0)).collect();
    let chart = || {
        Chart::new("Requests a minute")
            .x("minutes")
            .y("requests")
            .line("zd", &points)
            .steps("others", &[(0.0, 0.0), (30.0, 100.0), (60.0, 20.0)])
            .bound("limit", 700.0)
    };
    let svg = chart().svg();
    assert_well_formed(&svg);
    for text in [
        "Requests a minute",
        "minutes",
        "requests",
        "zd",
        "others",
        "limit 700",
    ] {
        assert!(svg.contains(&format!(">{text}</text>")), "{text}");
    }
    assert!(svg.contains("stroke-dasharray"));
    assert_eq!(count(&svg, "polyline"), 2);
    assert_eq!(svg, chart().svg());
}

#[test]
fn a_step_holds_until_the_next() {
    let points = [(0.0, 0.0), (10.0, 1.0)];
    let corners = |svg: &str| {
        let (_, rest) = svg.split_once("points=\"").unwrap();
        rest.split('"').next().unwrap().split(' ').count()
    };
    assert_eq!(corners(&Chart::new("").line("", &points).svg()), 2);
    assert_eq!(corners(&Chart::new("").steps("", &points).svg()), 3);
}

#[test]
fn what_is_no_number_leaves_a_gap() {
    let (nan, endless) = (f64::NAN, f64::INFINITY);
    let points = [
        (0.0, 1.0),
        (1.0, 2.0),
        (2.0, nan),
        (endless, 2.0),
        (4.0, 1.0),
        (5.0, 1.0),
        (nan, nan),
    ];
    let svg = Chart::new("").line("a", &points).bound("b", nan).svg();
    assert_well_formed(&svg);
    assert_eq!((count(&svg, "polyline"), count(&svg, "circle")), (2, 0));
}

#[test]
fn little_or_nothing_can_be_drawn() {
    let one = [(3.0, 5.0)];
    for (points, lines, dots) in [(&one[..], 0, 1), (&[], 0, 0), (&[(0.0, 0.0); 3], 1, 0)] {
        let svg = Chart::new("a").line("b", points).svg();
        assert_well_formed(&svg);
        assert_eq!(
            (count(&svg, "polyline"), count(&svg, "circle")),
            (lines, dots)
        );
    }
    assert_well_formed(&Chart::new("").svg());
    assert_well_formed(&Bars::new("", "").svg());
    let extremes = [(0.0, -1e-9), (1e12, 1e15)];
    assert_well_formed(&Chart::new("").line("", &extremes).svg());
}

#[test]
fn texts_are_escaped() {
    let text = "<a> & \"b\"\u{1}";
    for svg in [
        Chart::new(text)
            .x(text)
            .y(text)
            .line(text, &[(0.0, 1.0)])
            .bound(text, 1.0)
            .svg(),
        Bars::new(text, text).bar(text, 1.0).svg(),
    ] {
        assert_well_formed(&svg);
        assert!(svg.contains("&lt;a&gt; &amp; &quot;b&quot; "), "{svg}");
    }
}

#[test]
fn bars_are_as_long_as_their_logarithms() {
    let svg = Bars::new("CPU", "µs")
        .bar("one", 1.0)
        .bar("ten", 10.0)
        .bar("hundred", 100.0)
        .bar("left out", 0.0)
        .bar("left out", f64::NAN)
        .svg();
    assert_well_formed(&svg);
    // The first rectangle is the page.
    let widths: Vec<f64> = svg
        .match_indices("<rect x=")
        .map(|(at, _)| {
            let (_, rest) = svg[at..].split_once("width=\"").unwrap();
            rest.split('"').next().unwrap().parse().unwrap()
        })
        .collect();
    assert_eq!(widths.len(), 3);
    let (first, second) = (widths[1] - widths[0], widths[2] - widths[1]);
    assert!((first - second).abs() < 0.3 && first > 100.0, "{widths:?}");
}

#[test]
fn marks_are_round() {
    let marks = |most: f64| {
        Scale::linear([most].into_iter(), 0.0, 100.0)
            .rounded(6)
            .marks(6)
    };
    assert_eq!(marks(700.0), [0.0, 200.0, 400.0, 600.0, 800.0]);
    assert_eq!(marks(30.0), [0.0, 5.0, 10.0, 15.0, 20.0, 25.0, 30.0]);
    assert_eq!(marks(0.0).len(), 6);
    for most in [1e-7, 0.003, 1.0, 59.0, 61.0, 123_456.0, 1e15] {
        let marks = marks(most);
        assert!((3..=13).contains(&marks.len()), "{most}: {marks:?}");
        assert!(
            marks.last().is_some_and(|last| *last >= most),
            "{most}: {marks:?}"
        );
    }
}

#[test]
fn figures_are_short() {
    for (value, text) in [
        (0.0, "0"),
        (0.1, "0.1"),
        (2.5, "2.5"),
        (29.64, "29.6"),
        (700.4, "700"),
        (1_000_000.0, "1,000,000"),
        (-12_345.0, "−12,345"),
    ] {
        assert_eq!(label(value), text);
    }
}
