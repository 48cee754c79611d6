# What is run before anything is taken in; `.ci/run` runs the same.

# Everything
ci:
    .ci/checks

fmt:
    cargo fmt --check

clippy:
    cargo clippy --all-targets -- -D warnings

test:
    cargo test

docs:
    RUSTDOCFLAGS="-D warnings" cargo doc --no-deps --document-private-items

deny:
    cargo deny check

# The whole week on the sample inbox
demo:
    cargo run --release -- demo

# Sample papers, blank forms and Word templates, made again
samples:
    cargo run --example make_sample_inbox
    cargo run --example make_templates

# What a person sees, taken anew: look at each difference before it is committed
snapshots:
    INSTA_UPDATE=always cargo test --test stories seen_

# The pictures of templates and pages, drawn anew: look at each before it is committed
pictures-anew:
    PANELCLERK_PICTURES=anew cargo test --test stories pictures:: -- --skip is_seen --skip are_seen

# What becomes of each file of a folder; `keep` is where its words and pages are put
look folder keep="":
    cargo run --release --example look_at_papers -- {{folder}} {{keep}}

# Every file of the corpus beside LibreOffice's pages of it, or beside itself: what is lost, said, not said
page-look:
    PANELCLERK_CORPUS_WHOLE=1 cargo test --test stories page_look -- --nocapture

# The pictures of the README, out of the demo's pack; needs poppler
pictures:
    cargo run --release -- demo
    for picture in cover=1 agenda=2 contents=4 divider=6 scan=154 landscape=45 substitute=24 last=156; do \
        pdftoppm -jpeg -jpegopt quality=80 -singlefile -r 70 -f ${picture#*=} -l ${picture#*=} \
            "demo/office/2026-11-23/NELC Placement and Commissioning Panel 2026-11-23 pack.pdf" docs/images/pack-${picture%=*}; \
    done

# What takes more than two minutes, in release; CI runs a cut of each by the same code
long:
    cargo bench --bench round -- week
    PANELCLERK_PACKS=500 cargo test --release --test stories many_packs -- --nocapture
    PANELCLERK_KILLS=all cargo test --release --test stories killed_tasks -- --nocapture

# What an idle round and a cold scan cost, against restic
bench-round:
    cargo bench --bench round
