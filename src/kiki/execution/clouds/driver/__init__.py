"""Programs of openstacksdk's environment: started by ``clouds.client``, never imported by Kiki."""
