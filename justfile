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
    cargo run --example make_forms
    cargo run --example make_templates
