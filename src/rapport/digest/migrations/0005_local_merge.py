from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("digest", "0004_actions"), ("digest", "0004_prominent")]
    operations = []
