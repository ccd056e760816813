"""The digest as plain files, which any web server or content delivery network can serve.

`addresses` says what there is to publish, `rendering` asks our own site for it, `folder` puts the files in
place in one step, and `publishing` does all of it. Start with `publishing.publish`.
"""
